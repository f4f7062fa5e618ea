import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, readdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type LinkedProgram, linkedProgram } from '../../../fixtures/faulty/linked-program.ts'
import { type ArtifactDescription, describeArtifact } from '../../../harness/artifact/describe.ts'
import { readLoaderCache } from '../../../harness/artifact/loader-cache.ts'
import { findRefusal } from '../../../harness/artifact/refusal.ts'
import { ESBUILD_BINARY, makeDirectory, NODE_BINARY, writeArtifact } from './files.ts'
import { makeElf } from './headers.ts'
import { expectAsTheLoader, LOADER, onGlibc, onLinux, PROCESSOR } from './loader.ts'

const HOST = { os: 'linux', arch: PROCESSOR }
const hasLdconfig = onGlibc && spawnSync('ldconfig', ['-p']).status === 0
/** Enough to meet every way of linking, few enough for a second. */
const MOST_PROGRAMS = 60

async function describeLinked(program: Partial<LinkedProgram>): Promise<ArtifactDescription> {
  const bytes = linkedProgram({ processor: PROCESSOR, loader: LOADER, needed: [], ...program })
  return describeArtifact(await writeArtifact(bytes))
}

describe.runIf(onGlibc)('with glibc', () => {
  test('finds for Node what the loader finds', async () => {
    await expectAsTheLoader(NODE_BINARY)
    const { libraries } = await describeArtifact(NODE_BINARY, { sha256: '' })
    expect(libraries).toMatchObject({ searched: true, newestGlibc: expect.stringMatching(/^GLIBC_2\.\d+$/) })
    expect(libraries?.versions.flatMap(({ lacking }) => lacking)).toEqual([])
  })

  test("finds for the system's programs what the loader finds", { timeout: 60_000 }, async () => {
    let compared = 0
    for (const name of await readdir('/usr/bin')) {
      const artifact = await describeArtifact(join('/usr/bin', name), { sha256: '' }).catch(() => null)
      if (artifact?.interpreter?.path !== LOADER || artifact.format !== 'elf') continue
      await expectAsTheLoader(artifact.path)
      compared += 1
      if (compared === MOST_PROGRAMS) break
    }
    expect(compared).toBeGreaterThan(10)
  })

  test('says which library is missing, as the loader does', async () => {
    const artifact = await describeLinked({ needed: ['libc.so.6', 'libno-such-library.so.1'] })
    expect(artifact.libraries?.needed).toContainEqual({
      name: 'libno-such-library.so.1',
      by: null,
      path: null,
    })
    expect(findRefusal(artifact, HOST)).toBe(
      'Not on this machine is libno-such-library.so.1, which it needs. The loader refuses it with exit code 127.',
    )
    expect(spawnSync(artifact.path, { encoding: 'utf8' })).toMatchObject({
      status: 127,
      stderr: expect.stringContaining('libno-such-library.so.1: cannot open shared object file'),
    })
  })

  test('says which version is not offered, as the loader does', async () => {
    const artifact = await describeLinked({ needed: ['libc.so.6'], version: 'GLIBC_9.99' })
    expect(artifact.libraries?.versions).toEqual([
      { by: null, library: 'libc.so.6', names: ['GLIBC_9.99'], lacking: ['GLIBC_9.99'] },
    ])
    expect(findRefusal(artifact, HOST)).toMatch(
      /^It needs GLIBC_9\.99 of libc\.so\.6, and this machine has GLIBC_2\.\d+\. The loader refuses it with exit code 1\.$/,
    )
    expect(spawnSync(artifact.path, { encoding: 'utf8' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("`GLIBC_9.99' not found"),
    })
  })

  test.each([
    ['a version that is there', { version: 'GLIBC_2.17' }],
    ['no version', {}],
    ['a version that it can do without', { version: 'GLIBC_9.99', isWeak: true }],
  ])('finds nothing wrong with a program that starts, needing %s', async (_what, program) => {
    const artifact = await describeLinked({ needed: ['libc.so.6'], ...program })
    expect(findRefusal(artifact, HOST)).toBeNull()
    expect(spawnSync(artifact.path).status).toBe(0)
  })

  test('passes over a library for another processor, and over what is no file', {
    timeout: 10_000,
  }, async () => {
    const directory = await makeDirectory()
    const foreign = linkedProgram({
      processor: PROCESSOR === 'x64' ? 'arm64' : 'x64',
      loader: LOADER,
      needed: [],
    })
    await writeFile(join(directory, 'libforeign.so'), foreign)
    await mkdir(join(directory, 'libdirectory.so'))
    spawnSync('mkfifo', [join(directory, 'libpipe.so')])
    const needed = ['libforeign.so', 'libdirectory.so', 'libpipe.so']
    const { libraries } = await describeLinked({ needed, runpath: directory })
    expect(libraries?.needed).toEqual(needed.map(name => ({ name, by: null, path: null })))
  })

  test.runIf(hasLdconfig)('knows what ldconfig knows', async () => {
    const { stdout } = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' })
    const listed = stdout.split('\n').flatMap(line => /^\t(\S+) .* => (.+)$/.exec(line)?.slice(1) ?? [])
    const cache = await readLoaderCache()
    const known = [...cache].flatMap(([name, paths]) => paths.flatMap(path => [name, path]))
    expect(known.sort()).toEqual(listed.sort())
  })
})

describe.runIf(onLinux)('without a loader that can be asked', () => {
  test('a static program needs nothing', async () => {
    const nothing = { needed: [], versions: [], newestGlibc: null, searched: true }
    expect((await describeArtifact(ESBUILD_BINARY, { sha256: '' })).libraries).toEqual(nothing)
    expect((await describeArtifact(await writeArtifact(makeElf()))).libraries).toEqual(nothing)
  })

  test('a missing loader is what is told', async () => {
    const artifact = await describeLinked({ loader: '/lib/ld-musl-none.so.1', needed: ['libc.so'] })
    expect(artifact.libraries).toMatchObject({ searched: false, needed: [{ name: 'libc.so', path: null }] })
    expect(findRefusal(artifact, HOST)).toBe(
      'Its loader /lib/ld-musl-none.so.1 does not exist on this machine, which is reported as ENOENT, as if the file itself were missing. It is linked with musl, the C library of Alpine Linux.',
    )
    expect(spawnSync(artifact.path).error).toMatchObject({ code: 'ENOENT' })
  })

  test('of a loader with rules of its own nothing is claimed', async () => {
    const directory = await makeDirectory()
    const loader = join(directory, 'ld-own.so')
    await copyFile(await realpath(LOADER), loader)
    const artifact = await describeLinked({ loader, needed: ['libno-such-library.so.1'] })
    expect(artifact).toMatchObject({ libc: null, libraries: { searched: false } })
    expect(findRefusal(artifact, HOST)).toBeNull()
  })
})

describe.runIf(onLinux)('with musl, whose loader stands in for a copy of this machine’s', () => {
  /** The rules depend on the loader's name; what it is makes no difference to them. */
  async function makeMusl(): Promise<{ root: string; loader: string }> {
    const root = await makeDirectory()
    const loader = join(root, 'lib', 'ld-musl-x86_64.so.1')
    for (const directory of ['lib', 'etc', 'own']) await mkdir(join(root, directory))
    await copyFile(await realpath(LOADER), loader)
    await copyFile(await realpath(LOADER), join(root, 'own', 'libown.so.1'))
    return { root, loader }
  }

  test('its loader is every part of the C library', async () => {
    const { loader } = await makeMusl()
    const needed = ['libc.so', 'libc.musl-x86_64.so.1', 'libpthread.so.0']
    const artifact = await describeLinked({ loader, needed })
    expect(artifact.libc).toBe('musl')
    expect(artifact.libraries?.needed.map(library => library.path)).toEqual([loader, loader, loader])
    expect(artifact.libraries?.newestGlibc).toBeNull()
  })

  test('its file names the directories', async () => {
    const { root, loader } = await makeMusl()
    const find = async (): Promise<string | null | undefined> =>
      (await describeLinked({ loader, needed: ['libown.so.1'] })).libraries?.needed[0]?.path
    expect(await find()).toBeNull()
    await writeFile(join(root, 'etc', 'ld-musl-x86_64.path'), `/nowhere\n${root}/own\n`)
    expect(await find()).toBe(join(root, 'own', 'libown.so.1'))
  })
})
