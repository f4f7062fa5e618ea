import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dir } from 'tmp-promise'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ContractError } from '../../../harness/contract/errors.ts'
import { CONTRACT_FILES, findContractFile } from '../../../harness/contract/find.ts'

/** A directory with these files in it. */
async function place(...files: string[]): Promise<string> {
  const { path, cleanup } = await dir({ prefix: 'find-contract-', unsafeCleanup: true })
  onTestFinished(() => cleanup())
  for (const file of files) {
    await mkdir(join(path, file, '..'), { recursive: true })
    await writeFile(join(path, file), '')
  }
  return path
}

describe('a contract file is found', () => {
  test.each(CONTRACT_FILES)('as %s', async name => {
    const root = await place(name)
    expect(await findContractFile(root)).toBe(join(root, name))
  })

  test('in the nearest directory up', async () => {
    const root = await place('sidecar.config.ts', 'apps/notes/sidecar.config.json', 'apps/notes/src/deep/x')
    expect(await findContractFile(join(root, 'apps/notes/src/deep'))).toBe(
      join(root, 'apps/notes/sidecar.config.json'),
    )
    expect(await findContractFile(join(root, 'apps'))).toBe(join(root, 'sidecar.config.ts'))
  })

  test('from a directory that is not there any more', async () => {
    const root = await place('sidecar.config.ts')
    expect(await findContractFile(join(root, 'gone/further'))).toBe(join(root, 'sidecar.config.ts'))
  })

  test('from a path that is relative', async () => {
    expect(await findContractFile('fixtures/desktop/src-tauri')).toBe(
      join(process.cwd(), 'fixtures/desktop/sidecar.config.ts'),
    )
  })
})

test('none is found where there is none, and no other name counts', async () => {
  const root = await place('sidecar.config.yaml', 'sidecar.config.cts', 'sidecar.ts', 'x/sidecar.config')
  expect(await findContractFile(join(root, 'x'))).toBeNull()
})

test('of two in one directory none is taken', async () => {
  const root = await place('sidecar.config.ts', 'sidecar.config.json')
  await expect(findContractFile(root)).rejects.toThrow(
    new ContractError(root, [
      {
        at: '',
        message: 'it holds sidecar.config.ts and sidecar.config.json: keep one, or name it with --config',
      },
    ]),
  )
})
