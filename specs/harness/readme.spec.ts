import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS } from '../../harness/contract/catalogue.ts'
import { GROUPS, groupOf } from '../../harness/contract/clause-names.ts'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the README', () => {
  test('shows a run that judged every clause that is no may, and some that are', async () => {
    const readme = await read('README.md')

    for (const group of GROUPS) {
      const own = CLAUSE_IDS.filter(id => groupOf(id) === group)
      const asked = own.filter(id => CATALOGUE[id].level !== 'may')
      const shown = new RegExp(`^✔ ${group} +\\d+ of (\\d+) `, 'm').exec(readme)?.[1]
      expect(Number(shown), group).toBeGreaterThanOrEqual(asked.length)
      expect(Number(shown), group).toBeLessThanOrEqual(own.length)
    }
  })

  test.each(['npx --yes pnpm@12 gate', 'npx --yes pnpm@12 test'])('names the command %s', async command => {
    expect(await read('README.md')).toContain(command)
  })
})

describe('the pages on the clauses', () => {
  test('the index has the catalogue as it is, clause by clause', async () => {
    const index = await read('docs/clauses/README.md')
    const rows = [...index.matchAll(/^- \[([a-z]+\/[a-z0-9-]+)\]\(([^)]*)\), (must|should|may)/gm)]

    expect(rows.map(([, id, , level]) => [id, level])).toEqual(
      CLAUSE_IDS.map(id => [id, CATALOGUE[id].level]),
    )
    // GitHub makes its anchors from headings without their slash.
    expect(rows.map(([, , link]) => link)).toEqual(
      CLAUSE_IDS.map(id => `${groupOf(id)}.md#${id.replace('/', '')}`),
    )
  })

  test.each(GROUPS)(
    '%s tells of each of its clauses: promise, reason, exercise, output, cure',
    async group => {
      const page = await read(`docs/clauses/${group}.md`)
      const sections = new Map(
        page.split(/^## /m).map(section => [section.slice(0, section.indexOf('\n')), section]),
      )

      for (const id of CLAUSE_IDS.filter(clause => groupOf(clause) === group)) {
        const section = sections.get(id) ?? ''
        for (const part of [
          '**Level:**',
          '**The promise.**',
          '**Why it matters.**',
          '**How it is exercised.**',
        ]) {
          expect(section, `${id}: ${part}`).toContain(part)
        }
        expect(section, `${id}: what failing looks like`).toMatch(
          new RegExp(`\\*\\*What failing looks like\\.\\*\\*\\n\\n\`\`\`\\n✖?!? ?${id} \\(`),
        )
        expect(section, `${id}: how to mend it`).toContain('**How to mend it.**')
        expect(section, `${id}: nothing is left to be filled in`).not.toContain('<!-- ')
      }
    },
  )
})
