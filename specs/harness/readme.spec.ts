import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS } from '../../harness/contract/catalogue.ts'

let readme: string
beforeAll(async () => {
  readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
})

describe('the README', () => {
  test('has the catalogue as it is, clause by clause', () => {
    const rows = readme.split('\n').filter(line => /^\| [a-z]+\/[a-z-]+ +\|/.test(line))
    const cells = rows.map(row =>
      row
        .split('|')
        .slice(1, 4)
        .map(cell => cell.trim()),
    )

    expect(cells).toEqual(CLAUSE_IDS.map(id => [id, CATALOGUE[id].level, CATALOGUE[id].promise]))
  })

  test('shows a run that judged every clause there is', () => {
    const shown = readme.match(/^✔ ([a-z]+\/[a-z-]+) /gm) ?? []

    expect(shown.map(line => line.slice(2).trim()).slice(0, CLAUSE_IDS.length)).toEqual(CLAUSE_IDS)
  })

  test.each(['npx --yes pnpm@12 gate', 'npx --yes pnpm@12 test'])('names the command %s', command => {
    expect(readme).toContain(command)
  })
})
