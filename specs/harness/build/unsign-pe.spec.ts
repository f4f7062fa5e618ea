import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { BuildError } from '../../../harness/build/errors.ts'
import { unsignPe } from '../../../harness/build/unsign-pe.ts'
import { writeArtifact } from '../artifact/files.ts'
import { CPU_ARM64, makeMachO, makePe } from '../artifact/headers.ts'
import { rejectionOf } from './project.ts'

/* What becomes of the signature of a Node for Windows, which is that of another program. */

test('a signature is taken off, with its certificates, and nothing else', async () => {
  const file = await writeArtifact(makePe({ certificate: Buffer.from('somebody') }))
  const signed = await describeArtifact(file, { sha256: '' })
  expect(signed.signature?.kind).not.toBe('none')
  await unsignPe(file)
  const unsigned = await describeArtifact(file, { sha256: '' })
  expect(unsigned).toMatchObject({ signature: { kind: 'none' }, triple: signed.triple, defects: [] })
  expect(await readFile(file)).toEqual(makePe())
})

test('a program without one stays as it is', async () => {
  const file = await writeArtifact(makePe())
  await unsignPe(file)
  expect(await readFile(file)).toEqual(makePe())
})

test.each([
  ['a Mach-O program', makeMachO(CPU_ARM64)],
  ['a program for DOS', makePe().fill(0, 0x80, 0x84)],
  ['a file that ends early', makePe().subarray(0, 0x90)],
  ['an empty file', Buffer.alloc(0)],
])('%s is none, and stays as it is', async (_, content) => {
  const file = await writeArtifact(content)
  const error = await rejectionOf(unsignPe(file))
  expect(error).toBeInstanceOf(BuildError)
  expect((error as Error).message).toBe(`${file} is no program for Windows.`)
  expect(await readFile(file)).toEqual(content)
})
