import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROMISES } from '../../fixtures/polyglot/promises.ts'
import { contractFileOf, POLYGLOTS } from '../../fixtures/polyglot/sidecars.ts'
import { loadContract } from '../../harness/contract/load.ts'

/* What stands in fixtures/polyglot is complete. That it is sound is polyglot.slow.ts's. */

const DIRECTORY = join(import.meta.dirname, '../../fixtures/polyglot')
const SOURCES = /^(main|__main__)\.(ts|js|go|rs|c|py)$/

test('each directory is one of a sidecar in the list', async () => {
  const entries = await readdir(DIRECTORY, { withFileTypes: true })
  const directories = entries.filter(entry => entry.isDirectory() && entry.name !== 'node_modules')
  const listed = new Set(POLYGLOTS.map(({ directory }) => directory))
  expect(directories.map(({ name }) => name).sort()).toEqual([...listed].sort())
})

test.each(POLYGLOTS)('$name promises what all do, has a program, and is told of', async polyglot => {
  const { name, directory } = polyglot
  const { contract } = await loadContract(contractFileOf(polyglot), name)
  expect(contract.health).toMatchObject({ app: PROMISES.health.app })
  expect(contract.stop.slowPath).toBe(PROMISES.stop.slowPath)
  expect(contract.levels).toMatchObject(PROMISES.levels)
  expect(contract.waive).toEqual({})
  expect(contract.build !== null || contract.args.length > 0, 'it is built, or run by its arguments').toBe(
    true,
  )

  const files = await readdir(join(DIRECTORY, directory), { recursive: true })
  const sources = files.filter(file => SOURCES.test(file.slice(file.lastIndexOf('/') + 1)))
  expect(sources.filter(file => !/(binaries|target)\//.test(file))).toHaveLength(1)

  const readme = await readFile(join(DIRECTORY, 'README.md'), 'utf8')
  expect(readme, 'a row of the table').toMatch(new RegExp(`^\\| \`${name}\` `, 'm'))
  expect(readme, 'a section').toMatch(new RegExp(`^## .*\\(\`${directory}/\`\\)$`, 'm'))
})
