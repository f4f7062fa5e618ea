import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostTriple } from '../../../harness/build/build.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { findBinary } from '../../../harness/gate/find-binary.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'find-'))
})
afterAll(() => rm(directory, { recursive: true }))

const contractFor = (input: object) =>
  resolveContract(input, { file: '/app/sidecar.config.ts', directory }).contract

test('the file that is named wins over the contract', async () => {
  const contract = contractFor({ binary: 'backend', build: { entry: 'main.ts' } })

  const file = '/elsewhere/backend'
  expect(await findBinary(contract, file)).toEqual({ file, chosenBy: 'caller' })
  expect(await findBinary(contract, file, { namedBy: 'environment' })).toEqual({
    file,
    chosenBy: 'environment',
  })
})

test("the contract's own is found by the machine's target triple", async () => {
  await mkdir(join(directory, 'binaries'))
  for (const name of ['backend', `backend-${hostTriple()}`])
    await writeFile(join(directory, 'binaries', name), '')
  const found = await findBinary(contractFor({ binary: 'binaries/backend' }), undefined)

  const file = join(directory, `binaries/backend-${hostTriple()}`)
  expect(found).toEqual({ file, chosenBy: 'contract' })
})

test('a file that lacks the triple is told from one that is not there at all', async () => {
  await writeFile(join(directory, 'plain'), '')

  await expect(findBinary(contractFor({ app: 'tauri', binary: 'plain' }), undefined)).rejects.toThrow(
    `binary: the target triple is added to it, and there is no plain-${hostTriple()}, while plain is there: rename that, or give it to the command itself`,
  )
})

test('a sidecar that was built for other machines alone is named with those', async () => {
  const elsewhere = hostTriple() === 'aarch64-apple-darwin' ? 'x86_64-apple-darwin' : 'aarch64-apple-darwin'
  const names = [
    `api-${elsewhere}`,
    'api-x86_64-pc-windows-gnu.exe',
    'api-server-riscv64gc-unknown-linux-gnu',
  ]
  for (const name of names) await writeFile(join(directory, name), '')

  await expect(findBinary(contractFor({ app: 'tauri', binary: 'api' }), undefined)).rejects.toThrow(
    `binary: there is no api-${hostTriple()}, which is what this machine needs, but api-${elsewhere}, api-x86_64-pc-windows-gnu.exe`,
  )
})

test.for([{ app: 'electron' }, {}])("a sidecar that is no Tauri app's has its own name: %o", async app => {
  await writeFile(join(directory, 'own-name'), '')

  const { file } = await findBinary(contractFor({ ...app, binary: 'own-name' }), undefined)
  expect(file).toBe(join(directory, 'own-name'))
})

test.for([
  [{ entry: 'nope.ts' }, 'entry', 'nope.ts'],
  [{ by: 'go', package: './cmd/nope' }, 'package', 'cmd/nope'],
  [{ by: 'cargo', manifest: 'nope/Cargo.toml' }, 'manifest', 'nope/Cargo.toml'],
] as const)(
  'sources that are not there are an error of the contract, before anything is built: %o',
  async ([build, key, name]) => {
    const contract = contractFor({ binary: 'backend', build })

    await expect(findBinary(contract, undefined)).rejects.toThrow(
      `build.${key}: there is no ${join(directory, name)}`,
    )
  },
)

test('neither one nor the other is an error of the contract', async () => {
  await expect(findBinary(contractFor({}), undefined)).rejects.toThrow(
    /^\/app\/sidecar.config.ts cannot be used:\n {2}binary: /,
  )
})
