import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import { DEFAULTS } from '../../../harness/contract/contract.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { keysOfAContract, PAGE, readKeyDocs } from '../../docs/contract-keys.ts'

/* docs/contract.md, held against the schema, the defaults and the grammar. */

test('the page tells of every key that a user can write, and of no other', async () => {
  const told = (await readKeyDocs()).map(({ key }) => key)
  expect(told.toSorted()).toEqual([...keysOfAContract()].toSorted())
  expect(new Set(told).size).toBe(told.length)
})

test('the keys of a contract are found wherever they stand', () => {
  expect(keysOfAContract()).toEqual(
    expect.arrayContaining([
      '$schema',
      'port',
      'port.args',
      'announce.json',
      'health',
      'health.path',
      'levels',
    ]),
  )
  expect(keysOfAContract()).not.toContain('health.schema.source')
})

describe('the page has the default of', () => {
  test.each<readonly [string, unknown]>([
    ...Object.entries(DEFAULTS.budgets).map(([key, value]) => [`budgets.${key}`, value] as const),
    ...Object.entries(DEFAULTS.resources).map(([key, value]) => [`resources.${key}`, value] as const),
    ...Object.entries(DEFAULTS.fleet).map(([key, value]) => [`fleet.${key}`, value] as const),
    ...(['path', 'status', 'timestamp', 'uptime', 'burst'] as const).map(
      key => [`health.${key}`, DEFAULTS.health[key]] as const,
    ),
    ['announce', 'BACKEND_PORT:{port}'],
    ['port.unasked', DEFAULTS.port.unasked],
    ['stop.signals', DEFAULTS.stopSignals.join(', ')],
  ])('%s', async (key, value) => {
    const docs = (await readKeyDocs()).find(each => each.key === key)
    expect(docs?.byDefault.replaceAll('`', '')).toBe(shown(key, value))
  })

  function shown(key: string, value: unknown): string {
    if (key === 'budgets.memoryCapBytes') return value === null ? 'half' : 'it is no longer half'
    if (key.endsWith('Bytes')) return `${Number(value) / 1024 / 1024} MiB`
    return typeof value === 'number' ? value.toLocaleString('en') : String(value)
  }
})

/** What stands in the page's blocks of code after `export default`, and those of JSON. */
async function examples(): Promise<readonly string[]> {
  const page = await readFile(PAGE, 'utf8')
  const blocks = [...page.matchAll(/^```(?:ts|json)\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
  return blocks
    .filter(code => code.startsWith('{') || code.includes('export default'))
    .map(code => code.replace(/^[\s\S]*export default /, ''))
}

test('every contract on the page can be used', async () => {
  const found = await examples()
  expect(found.length).toBeGreaterThan(5)
  for (const code of found) {
    const inputs: ContractInput[] = [
      new Function('defineContract', `return ${code}`)((each: unknown) => each),
    ].flat()
    // A preset that reads an app's files has them here.
    for (const input of inputs) resolveContract(input, { file: null, directory: 'fixtures/desktop' })
  }
})

test("every line in the page's table is read by the contract beside it", async () => {
  const page = await readFile(PAGE, 'utf8')
  const [, table = ''] = page.split(/^\| a line in the wild .*$/m)
  const rows = [
    ...(table.split('\n\n')[0] ?? '').matchAll(/^\| .*?`(?<line>.*?)`.*? +\| (?<announce>.*?) +\|$/gm),
  ]
  expect(rows.length).toBeGreaterThan(15)
  for (const { groups: { line = '', announce = '' } = {} } of rows) {
    const written =
      announce === 'the default' ? undefined : new Function(`return ${announce.replace(/^`|`$/g, '')}`)()
    const { contract } = resolveContract({ announce: written }, { file: null, directory: '/' })
    expect(compileGrammar(contract.announce).read(line.replaceAll('\\|', '|')), line).toMatchObject({
      kind: 'announcement',
    })
  }
})
