import { mkdtemp, rm, writeFile } from 'node:fs/promises'
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

  expect(await findBinary(contract, '/elsewhere/backend')).toEqual({ file: '/elsewhere/backend' })
})

test("the contract's own is found by the machine's target triple", async () => {
  const found = await findBinary(contractFor({ binary: 'binaries/backend' }), undefined)

  expect(found).toEqual({ file: join(directory, `binaries/backend-${hostTriple()}`) })
})

test('a file that lacks the triple is told from one that is not there at all', async () => {
  await writeFile(join(directory, 'plain'), '')

  await expect(findBinary(contractFor({ binary: 'plain' }), undefined)).rejects.toThrow(
    `binary: the target triple is added to it, and there is no plain-${hostTriple()}, while plain is there: rename that, or give it to the command itself`,
  )
})

test('a module that is not there is an error of the contract, before anything is built', async () => {
  const contract = contractFor({ binary: 'backend', build: { entry: 'nope.ts' } })

  await expect(findBinary(contract, undefined)).rejects.toThrow(
    `build.entry: there is no ${join(directory, 'nope.ts')}`,
  )
})

test('neither one nor the other is an error of the contract', async () => {
  await expect(findBinary(contractFor({}), undefined)).rejects.toThrow(
    /^\/app\/sidecar.config.ts cannot be used:\n {2}binary: /,
  )
})
