import { spawnSync } from 'node:child_process'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ArtifactPathError, describeArtifact } from '../../../harness/artifact/describe.ts'
import { makeDirectory, writeArtifact } from './files.ts'

async function refuse(path: string): Promise<ArtifactPathError> {
  const error = await describeArtifact(path).catch((thrown: unknown) => thrown)
  if (error instanceof ArtifactPathError) return error
  throw new Error(`expected an ArtifactPathError for ${path}`, { cause: error })
}

test('keeps the path as it was given, and reads the mode through a symbolic link', async () => {
  const directory = await makeDirectory()
  const file = await writeArtifact('#!/bin/sh\n')
  await chmod(file, 0o640)
  const link = join(directory, 'backend-aarch64-apple-darwin')
  await symlink(file, link)
  expect(await describeArtifact(link)).toMatchObject({
    path: link,
    name: 'backend-aarch64-apple-darwin',
    mode: 0o640,
    regularFile: true,
    nameTriple: 'aarch64-apple-darwin',
  })
})

test.each([
  { given: 'backend', there: 'backend-x86_64-unknown-linux-gnu' },
  { given: 'backend', there: 'backend.exe' },
  { given: 'bakcend', there: 'backend' },
])('suggests $there for $given', async ({ given, there }) => {
  const directory = await makeDirectory()
  await writeFile(join(directory, there), '')
  await writeFile(join(directory, 'README.md'), '')
  const error = await refuse(join(directory, given))
  expect(error).toMatchObject({
    reason: 'missing',
    path: join(directory, given),
    suggestion: join(directory, there),
  })
  expect(error.message).toBe(
    `${join(directory, given)} does not exist. Did you mean ${join(directory, there)}?`,
  )
})

test('suggests nothing where nothing is similar', async () => {
  const directory = await makeDirectory()
  await writeFile(join(directory, 'README.md'), '')
  const error = await refuse(join(directory, 'backend'))
  expect(error.message).toBe(`${join(directory, 'backend')} does not exist.`)
  expect(error.suggestion).toBeNull()
})

test('says which directory is missing', async () => {
  const directory = join(await makeDirectory(), 'binaries')
  const error = await refuse(join(directory, 'backend'))
  expect(error).toMatchObject({
    reason: 'missing',
    message: expect.stringContaining(`there is no directory ${directory}`),
  })
})

test('says where a dangling link points', async () => {
  const link = join(await makeDirectory(), 'backend')
  await symlink('/nowhere/backend', link)
  const error = await refuse(link)
  expect(error).toMatchObject({
    reason: 'missing',
    message: expect.stringContaining('a symbolic link to /nowhere/backend'),
  })
})

test('asks for the executable inside a directory', async () => {
  const directory = await makeDirectory()
  const error = await refuse(directory)
  expect(error).toMatchObject({ reason: 'directory', suggestion: null })
  expect(error.message).toBe(`${directory} is a directory. Give the path of the executable inside it.`)

  await writeFile(join(directory, 'README.md'), '')
  await writeFile(join(directory, 'backend'), '', { mode: 0o755 })
  expect((await refuse(directory)).message).toBe(
    `${directory} is a directory. Did you mean ${join(directory, 'backend')}?`,
  )
})

test('finds the executable of a macOS bundle', async () => {
  const bundle = join(await makeDirectory(), 'Notes.app')
  await mkdir(join(bundle, 'Contents', 'MacOS'), { recursive: true })
  await writeFile(join(bundle, 'Contents', 'MacOS', 'notes'), '', { mode: 0o755 })
  expect(await refuse(bundle)).toMatchObject({
    reason: 'directory',
    suggestion: join(bundle, 'Contents', 'MacOS', 'notes'),
  })
})

test.skipIf(process.platform === 'win32')('does not wait for a writer on a named pipe', async () => {
  const path = join(await makeDirectory(), 'backend')
  spawnSync('mkfifo', [path])
  expect(await refuse(path)).toMatchObject({
    reason: 'not-a-file',
    message: `${path} is a named pipe, not a file.`,
  })
})

test.skipIf(process.platform === 'win32')('refuses a device', async () => {
  expect(await refuse('/dev/null')).toMatchObject({
    reason: 'not-a-file',
    message: '/dev/null is a device, not a file.',
  })
})

test('gives the reason of the system for what cannot be read', async () => {
  const path = join(await makeDirectory(), 'backend')
  await symlink('backend', path)
  expect(await refuse(path)).toMatchObject({
    reason: 'unreadable',
    message: `${path} cannot be read (ELOOP).`,
    cause: { code: 'ELOOP' },
  })
})

// root reads whatever its mode is
test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'refuses a file that this user may not read',
  async () => {
    const path = await writeArtifact('#!/bin/sh\n')
    await chmod(path, 0o111)
    expect(await refuse(path)).toMatchObject({ reason: 'unreadable', cause: { code: 'EACCES' } })
  },
)

test('escapes what a path holds', async () => {
  const error = await refuse(join(await makeDirectory(), 'a\nb'))
  expect(error.message).toContain('a\\nb does not exist')
})
