import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { fieldFailures, withoutFieldFailure } from '../../../fixtures/faulty/field-failures.ts'
import { replaceMatrix, replaceTables } from '../../../fixtures/faulty/table.ts'
import { nativeFaults } from '../../../fixtures/native/make.ts'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'

const ROOT = new URL('../../../', import.meta.url)

test('the README lists the faulty sidecars that there are, and what they show of the field', async () => {
  const readme = await readFile(new URL('fixtures/faulty/README.md', ROOT), 'utf8')

  expect(readme).toBe(replaceTables(readme))
})

test('the detection matrix has a row for every clause, as the catalogue of faults has it', async () => {
  const page = await readFile(new URL('docs/detection-matrix.md', ROOT), 'utf8')

  expect(page).toBe(replaceMatrix(page))
})

test('a README without a place for a table is an error, and not left as it is', () => {
  const withoutField = '<!-- table: begin -->\n<!-- table: end -->\n'

  expect(() => replaceTables(withoutField)).toThrow(/no place .* "field"/)
})

describe('a failure in the field', () => {
  test('breaks the clause that its faulty sidecars break', async () => {
    const broken = new Map((await nativeFaults()).map(({ name, breaks }) => [name, [breaks]]))
    for (const { name, breaks, alsoBreaks = [] } of faults) broken.set(name, [breaks, ...alsoBreaks])
    const claims = fieldFailures.flatMap(({ clause, faults: names }) => names.map(name => ({ name, clause })))

    expect(claims.filter(({ name, clause }) => !broken.get(name)?.includes(clause ?? 'none'))).toEqual([])
  })

  test('with no faulty sidecar, or no clause, has a spec or a reason', () => {
    const bare = fieldFailures.filter(({ clause, faults: names }) => clause === null || names.length === 0)

    expect(bare.filter(({ guardedBy, whyNot }) => guardedBy === undefined && whyNot === undefined)).toEqual(
      [],
    )
  })

  test('names specs that there are', () => {
    const specs = new Set(fieldFailures.flatMap(({ guardedBy }) => guardedBy ?? []))

    expect(specs.size).toBeGreaterThan(0)
    expect([...specs].filter(spec => !existsSync(new URL(spec, ROOT)))).toEqual([])
  })

  test('names reports by repository and number', () => {
    const threads = fieldFailures.flatMap(({ thread }) => thread ?? [])

    expect(threads.length).toBeGreaterThan(50)
    expect(threads.filter(thread => !/^[\w.-]+\/[\w.-]+#\d+$/.test(thread))).toEqual([])
  })

  test('is listed once', () => {
    const modes = fieldFailures.map(({ mode }) => mode)

    expect(modes.filter((mode, index) => modes.indexOf(mode) !== index)).toEqual([])
  })
})

test('every clause has a failure in the field, or a reason why none is known', () => {
  const named = new Set(fieldFailures.map(({ clause }) => clause))
  const excused = Object.keys(withoutFieldFailure)

  expect(CLAUSE_IDS.filter(id => !named.has(id))).toEqual(excused)
})
