import { readFile } from 'node:fs/promises'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Comparison } from '../../../harness/compare/compare.ts'
import { renderComparisonJson } from '../../../harness/report/comparison-json.ts'
import { renderComparisonMarkdown } from '../../../harness/report/comparison-markdown.ts'
import type { ComparisonRun } from '../../../harness/report/comparison-rows.ts'
import { comparisonJsonSchema, comparisonSchema } from '../../../harness/report/comparison-schema.ts'
import { renderComparison } from '../../../harness/report/comparison-terminal.ts'
import { compareWith } from '../compare/sides.ts'
import { BROKEN } from './verdicts.ts'

function runOf(comparison: Comparison): ComparisonRun {
  return {
    ...{
      of: 'binaries',
      comparison,
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 5432.1,
      turnsMs: 4321,
    },
    tool: { name: 'sidecar-harness', version: '1.2.3' },
  }
}

const SAME = runOf(compareWith({}))
const APART = runOf(
  compareWith({
    startMs: 96,
    residentMib: 50,
    artifact: { sha256: 'cd'.repeat(32), bytes: 60 * 1024 * 1024 },
    found: { 'stop/sigint': BROKEN },
    says: life => life.writes('stdout', '| <b>hello</b> | `x`\n'),
  }),
)
const FEW = runOf(compareWith({ lives: 3 }, { session: null }))

describe('on a terminal', () => {
  test('what is alike is told with its figures, and the sum last', () => {
    const lines = renderComparison(SAME, null).split('\n')

    expect(lines[0]).toBe('Both are the same file, byte by byte.')
    expect(lines.find(line => line.startsWith('ready'))).toMatch(
      /^ready +10\d ms \(10\d ms to 10\d ms\) +10\d ms \(.*\) +[+−]?\d\.\d ms: within the noise$/,
    )
    expect(lines.find(line => line.startsWith('least glibc'))).toMatch(
      /^least glibc +2\.28 +2\.28 +the same$/,
    )
    expect(lines.at(-2)).toBe('same     nothing differs beyond the noise; took 5.43 s')
  })

  test('what differs is told, the gravest first', () => {
    const text = renderComparison(APART, null)
    const marks = [...text.matchAll(/^([✖~✔]) (\w+)/gm)].map(([, mark, kind]) => `${mark} ${kind}`)

    expect(marks).toEqual([...Array(4).fill('✖ regression'), '~ change', '✔ improvement'])
    expect(text).toMatch(/^ready .* \+3\d ms \(\+3\d ms to \+\d\d ms\): beyond the noise$/m)
    expect(text).toMatch(/^size +50\.0 MiB +60\.0 MiB +\+10\.0 MiB$/m)
    expect(text).toMatch(/^differs +4 regressions, 1 change, 1 improvement; took 5\.43 s$/m)
    expect(text).not.toContain('same file')
  })

  test('libraries are counted where their names would leave no room', () => {
    const needed = ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libssl.so.3'].map(name => ({
      name,
      by: null,
      path: null,
    }))
    const libraries = { needed, versions: [], newestGlibc: null, searched: true }
    const text = renderComparison(runOf(compareWith({ artifact: { libraries } })), null)

    expect(text).toMatch(/^libraries +libc\.so\.6 +4 of them +others$/m)
    expect(text).toContain('it needs the library libssl.so.3 now')
  })

  test('what could not be told is noted', () => {
    expect(renderComparison(FEW, null)).toMatch(/^- note {2}too few lives to tell: 0 that can be compared/m)
  })
})

describe('in Markdown', () => {
  test('what differs comes before the figures, and nothing of it is markup', () => {
    const text = renderComparisonMarkdown(APART)

    expect(text).toMatch(
      /^## .*: 4 regressions, 1 change, 1 improvement\n\n### ✖ Regressions\n\n- stop\/sigint: /,
    )
    expect(text).toContain('"\\| \\<b\\>hello\\</b\\> \\| \\`x\\`" on stdout is new')
    expect(text.indexOf('### ~ Changes')).toBeLessThan(text.indexOf('### ✔ Improvements'))
    expect(text.indexOf('### ✔ Improvements')).toBeLessThan(text.indexOf('|  | old | new | difference |'))
  })

  test('what is alike is said', () => {
    expect(renderComparisonMarkdown(SAME)).toMatch(/^## .*: nothing differs\n\nBoth are the same file/)
  })
})

describe('as JSON', () => {
  let published: Record<string, unknown>
  let validate: ValidateFunction

  beforeAll(async () => {
    const file = new URL('../../../schema/comparison.schema.json', import.meta.url)
    published = JSON.parse(await readFile(file, 'utf8'))
    validate = new Ajv2020({ formats: { 'date-time': true } }).compile(published)
  })

  const documentOf = (run: ComparisonRun) => JSON.parse(renderComparisonJson(run))

  test('the published schema is up to date: node specs/docs/schema.ts writes it', () => {
    expect(published).toEqual(comparisonJsonSchema())
  })

  test.each([
    ['what is alike', SAME],
    ['what differs', APART],
    ['what could not be told', FEW],
  ])('%s is by its schema, with nothing left out and nothing beside', (_what, run) => {
    expect(validate(documentOf(run)) ? null : validate.errors).toBeNull()
    expect(comparisonSchema.safeParse(documentOf(run)).error).toBeUndefined()
  })

  test('the schema refuses what is none, and leaves room for what is added', () => {
    expect(validate({ ...documentOf(SAME), schema: 2 })).toBe(false)
    expect(validate({ ...documentOf(SAME), old: {} })).toBe(false)
    expect(validate({ ...documentOf(SAME), added: 1 })).toBe(true)
  })
})
