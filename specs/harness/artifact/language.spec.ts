import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ArtifactLanguage, describeArtifact } from '../../../harness/artifact/describe.ts'
import { ESBUILD_BINARY, makeDirectory, writeArtifact } from './files.ts'
import { CPU_ARM64, makeElf, makeMachO, makePe } from './headers.ts'
import { makePacked } from './packed.ts'

const onLinux = process.platform === 'linux'

async function languageOf(content: Buffer): Promise<ArtifactLanguage | null> {
  return (await describeArtifact(await writeArtifact(content), { sha256: '' })).language
}

/** What Go's linker writes: the mark, the width of pointers, flags, and from byte 32 on the version. */
function goBuild(version: string, flags = 2): Buffer {
  const head = Buffer.alloc(32)
  head.write('\xff Go buildinf:\x08', 'latin1')
  head[15] = flags
  return Buffer.concat([Buffer.alloc(48), head, Buffer.from([version.length]), Buffer.from(version)])
}

describe('Go', () => {
  test.runIf(onLinux)('is seen in esbuild, whose release leaves out what tells the version', async () => {
    const { language, linkage, stripped } = await describeArtifact(ESBUILD_BINARY, { sha256: '' })
    expect({ language, linkage, stripped }).toEqual({
      language: { name: 'go', version: null },
      linkage: 'static',
      stripped: true,
    })
  })

  test('tells its version wherever its linker has put it', async () => {
    const told = { name: 'go', version: '1.22.1' }
    const content = goBuild('go1.22.1')
    expect(await languageOf(makePacked({ sections: [{ name: '.go.buildinfo', content }] }))).toEqual(told)
    const sections = [{ segment: '__DATA', name: '__go_buildinfo', content }]
    expect(await languageOf(makeMachO(CPU_ARM64, { sections }))).toEqual(told)
  })

  test('before 1.18 left a pointer to its version, which is not followed', async () => {
    const content = goBuild('go1.17', 0)
    const elf = makePacked({ sections: [{ name: '.go.buildinfo', content }] })
    expect(await languageOf(elf)).toEqual({ name: 'go', version: null })
  })

  test.each(['f1ffffff00000108', 'f1ffffff00000408'])('is seen by its table %s for Windows', async mark => {
    const constants = Buffer.concat([Buffer.alloc(300), Buffer.from(mark, 'hex')])
    expect(await languageOf(makePe({ constants }))).toEqual({ name: 'go', version: null })
  })
})

describe('Rust', () => {
  test('tells its version in the comments of an ELF file', async () => {
    const content = Buffer.from('GCC: (GNU) 13\0rustc version 1.85.0 (4d91de4e4 2025-02-17)\0')
    expect(await languageOf(makePacked({ sections: [{ name: '.comment', content }] }))).toEqual({
      name: 'rust',
      version: '1.85.0',
    })
  })

  test('is seen by the paths in its messages elsewhere', async () => {
    const content = Buffer.from('…/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core…')
    const told = { name: 'rust', version: null }
    expect(await languageOf(makePe({ constants: content }))).toEqual(told)
    const sections = [{ segment: '__TEXT', name: '__const', content }]
    expect(await languageOf(makeMachO(CPU_ARM64, { sections }))).toEqual(told)
  })
})

const gcc = spawnSync('cc', ['--version']).status === 0

test.runIf(onLinux && gcc)(
  'C shows none, and is told to be static or stripped as its linker made it',
  async () => {
    const directory = await makeDirectory()
    await writeFile(join(directory, 'main.c'), 'int main(void) { return 0; }')
    for (const { flags, told } of [
      { flags: [], told: { linkage: 'dynamic', stripped: false } },
      { flags: ['-s'], told: { linkage: 'dynamic', stripped: true } },
      { flags: ['-static'], told: { linkage: 'static', stripped: false } },
      { flags: ['-static-pie', '-s'], told: { linkage: 'static', stripped: true } },
    ]) {
      const path = join(directory, `main${flags.join('')}`)
      const { status, stderr } = spawnSync('cc', [...flags, '-o', path, 'main.c'], { cwd: directory })
      expect(status, `${stderr}`).toBe(0)
      const { linkage, stripped, language } = await describeArtifact(path, { sha256: '' })
      expect({ linkage, stripped, language }, flags.join(' ')).toEqual({ ...told, language: null })
    }
  },
)

test('UPX is seen behind the program headers of an ELF file', async () => {
  const elf = makeElf()
  expect((await describeArtifact(await writeArtifact(elf))).compressor).toBeNull()
  const headers = 64 + 56
  const packed = Buffer.concat([elf.subarray(0, headers), Buffer.from('\0\0\0\0UPX!'), elf.subarray(headers)])
  expect((await describeArtifact(await writeArtifact(packed))).compressor).toBe('upx')
})

test.runIf(onLinux && gcc)(
  'a library is no program for having an entry point, as some linkers give it one',
  async () => {
    const directory = await makeDirectory()
    await writeFile(join(directory, 'library.c'), 'int entry(void) { return 0; }')
    const path = join(directory, 'backend')
    const flags = ['-shared', '-fPIC', '-nostartfiles', '-Wl,-e,entry', '-Wl,-soname,libown.so.1']
    expect(spawnSync('cc', [...flags, '-o', path, 'library.c'], { cwd: directory }).status).toBe(0)
    const { resembles, defects } = await describeArtifact(path, { sha256: '' })
    expect(resembles).toBe('a shared library')
    expect(defects).toMatchObject([{ kind: 'not-a-program' }])
  },
)
