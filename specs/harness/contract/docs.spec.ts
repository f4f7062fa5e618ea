import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { complete } from '../../../harness/contract/complete.ts'

test('docs/contract.md tells of every key that a contract has, and of no other', async () => {
  const page = await readFile(new URL('../../../docs/contract.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/^\| `([\w.]+)`/gm)].map(([, key = '']) => key)

  expect(told.sort()).toEqual(keysOfAContract().sort())
})

/** `health.path`, `fleet.instances`; what is one thing to its user (a build, an announcement) is one key. */
function keysOfAContract(): string[] {
  const {
    file: _,
    levels: _levels,
    waive: _waive,
    ...contract
  } = complete({}, { file: null, directory: '/' })
  const whole = ['announce', 'port', 'env', 'build']
  const keys = Object.entries(contract).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !whole.includes(key)
      ? Object.keys(value).map(inner => `${key}.${inner}`)
      : [key],
  )
  // The one thing in a contract that is no data.
  return [...keys, 'health.schema']
}
