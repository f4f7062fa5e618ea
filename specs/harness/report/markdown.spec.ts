import { describe, expect, test } from 'vitest'
import { skipped } from '../../../harness/clauses/clause.ts'
import { renderMarkdown } from '../../../harness/report/markdown.ts'
import { aLife } from '../clauses/recordings.ts'
import { BROKEN, blockedBy, type Found, runOf, verdictFor } from './verdicts.ts'

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }
const render = (given: Found) => renderMarkdown(runOf(verdictFor(given)), TOOL)

describe('the verdict as Markdown', () => {
  test('of a sound sidecar is a table of groups, the very file, and who judged', () => {
    const clauses = ['stop/sigint', 'stop/sigterm', 'port/taken', 'stop/requested'] as const
    const found = { 'stop/requested': skipped('no other way') }
    expect(render({ clauses, found, contract: { name: 'notes' } }).split('\n')).toEqual([
      '## ✔ notes: pass',
      '',
      '`backend-x86_64-unknown-linux-gnu`, x86_64-unknown-linux-gnu, 50.0 MiB  ',
      `sha256 \`${'ab'.repeat(32)}\`  `,
      '3 pass, 1 skipped',
      '',
      '| clauses | pass | skipped |',
      '| :-- | --: | --: |',
      '| port | 1 |  |',
      '| stop | 2 | 1 |',
      '',
      '<details><summary>1 clause skipped</summary>',
      '',
      '- `stop/requested`: no other way',
      '',
      '</details>',
      '',
      '<sub>Judged by sidecar-harness 1.2.3 on linux x64, Node v24.0.0, in 1.23 s</sub>',
      '',
    ])
  })

  test('names the runtime that was packed', () => {
    const payload = { runtime: 'node', version: '24.21.0', state: 'carried', bytes: 1 } as const
    expect(render({ artifact: { payload } })).toContain('x86_64-unknown-linux-gnu, node 24.21.0, 50.0 MiB')
  })

  test('tells of failures in full, what fails a release first', () => {
    const text = render({
      contract: { waive: { 'port/taken': 'known' } },
      found: {
        'port/taken': BROKEN,
        'logs/on-stderr': BROKEN,
        'stop/sigint': BROKEN,
        ...blockedBy('stop/sigint', ['stop/in-flight']),
      },
      lives: [aLife('stop-sigint').logs('up').announces()],
      facts: { strict: true, timeScale: 2 },
    })
    expect(text.match(/^###? .*$/gm)).toEqual([
      '## ✖ sidecar: fail',
      '### ✖ stop/sigint (fail)',
      '### ! logs/on-stderr (warn)',
      '### ~ port/taken (waived)',
    ])
    expect(text).toMatch(/```text\nstop\/sigint \(must\): (.*\n)+ {4}stderr {4}\+0\.0 ms {2}up\n(.*\n)+```\n/)
    expect(text).toContain('    blocks    1 clause, which could not be judged\n    again     npx ')
    expect(text).toContain(', strict, times × 2</sub>')
  })

  test('tells what fails the gate beside that', () => {
    const text = render({
      contract: { waive: { 'start/within-budget': 'slow', 'stop/killed': 'old' } },
      found: { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', ['stop/sigint']) },
    })
    expect(text).toContain(
      '**1 clause had to hold and could not be judged**, which fails the gate: `stop/sigint`.',
    )
    expect(text).toContain('Waived, though what is excused holds: `stop/killed`.')
  })

  test('has a section for each of several sidecars', () => {
    const text = renderMarkdown(
      runOf(verdictFor({ contract: { name: 'a' } }), verdictFor({ contract: { name: 'b' } })),
      TOOL,
    )
    expect(text.match(/^## .*$/gm)).toEqual(['## ✔ a: pass', '## ✔ b: pass'])
    expect(text.match(/<sub>/g)).toHaveLength(1)
  })

  test('cannot be broken by what is said in it', () => {
    const said = 'x ``` </details> | <b> & `code`\n## owned'
    const text = render({
      contract: { name: 'a <b> | *c*' },
      found: {
        'stop/sigint': { ...BROKEN, observed: said },
        'stop/requested': skipped('<img> | `x`\n## owned'),
      },
    })
    expect(text).toMatch(/^## ✖ a \\<b\\> \\\| \\\*c\\\*: fail$/m)
    // The fence is longer than any in the text, and what was said stays on its line.
    expect(text).toMatch(/^````text\n(.*\n)+?.*`code`\\n## owned\n(.*\n)+?````$/m)
    expect(text).toContain('- `stop/requested`: \\<img\\> \\| \\`x\\`\\\\n\\#\\# owned\n')
  })
})
