import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { replaceTable } from '../../../fixtures/faulty/table.ts'

test('the README lists the faulty sidecars that there are', async () => {
  const readme = await readFile(new URL('../../../fixtures/faulty/README.md', import.meta.url), 'utf8')

  expect(readme).toBe(replaceTable(readme))
})
