import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { makeDirectory } from './files.ts'
import { expectAsTheLoader, onGlibc } from './loader.ts'

const hasCompiler = onGlibc && spawnSync('cc', ['--version']).status === 0

describe.runIf(hasCompiler)('with libraries of its own (needs a C compiler)', () => {
  async function compile(directory: string, output: string, args: string[]): Promise<string> {
    const source = join(directory, `${output.replaceAll('/', '-')}.c`)
    await writeFile(
      source,
      output.endsWith('.so') ? 'int one(void) { return 1; }\n' : 'int main(void) { return 0; }\n',
    )
    const path = join(directory, output)
    const { status, stderr } = spawnSync('cc', ['-o', path, source, '-Wl,--no-as-needed', ...args], {
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
    return path
  }

  /** A program that needs libouter.so, which needs libinner.so; both in `lib` beside the program. */
  async function compileFamily(outer: string[], program: string[]): Promise<string> {
    const directory = await makeDirectory()
    await mkdir(join(directory, 'lib'))
    const shared = ['-shared', '-fPIC']
    await compile(directory, 'lib/libinner.so', [...shared, '-Wl,-soname,libinner.so'])
    const lib = `-L${join(directory, 'lib')}`
    await compile(directory, 'lib/libouter.so', [
      ...shared,
      '-Wl,-soname,libouter.so',
      lib,
      '-linner',
      ...outer,
    ])
    return compile(directory, 'backend', [lib, '-louter', '-Wl,--allow-shlib-undefined', ...program])
  }

  const RUNPATH = ['-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN/lib']
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the loader's own way of writing it
  const RPATH = ['-Wl,--disable-new-dtags', '-Wl,-rpath,${ORIGIN}/lib']

  test.each([
    ['a DT_RPATH holds for its libraries too', [], RPATH, ['lib/libouter.so', 'lib/libinner.so']],
    ['a DT_RUNPATH holds for itself alone', [], RUNPATH, ['lib/libouter.so', null]],
    ['each brings its own', ['-Wl,-rpath,$ORIGIN'], RUNPATH, ['lib/libouter.so', 'lib/libinner.so']],
    ['a DT_RUNPATH makes every DT_RPATH void', ['-Wl,-rpath,/nowhere'], RPATH, ['lib/libouter.so', null]],
    ['none is named', [], [], [null]],
  ])('%s', async (_what, outer, program, expected) => {
    const path = await compileFamily(outer, program)
    await expectAsTheLoader(path)
    const { libraries } = await describeArtifact(path)
    const own = libraries?.needed.filter(({ name }) => /libouter|libinner/.test(name)) ?? []
    const directory = join(await realpath(path), '..')
    expect(own.map(library => library.path)).toEqual(expected.map(file => file && join(directory, file)))
    expect(spawnSync(path, { env: {} }).status).toBe(expected.includes(null) ? 127 : 0)
  })

  test('a symbolic link to the program does not move its directories', async () => {
    const path = await compileFamily(['-Wl,-rpath,$ORIGIN'], RUNPATH)
    const link = join(await makeDirectory(), 'link')
    await symlink(path, link)
    const { libraries } = await describeArtifact(link)
    expect(libraries?.needed.every(library => library.path !== null)).toBe(true)
    const copy = join(await makeDirectory(), 'copy')
    await copyFile(path, copy)
    expect((await describeArtifact(copy)).libraries?.needed[0]).toMatchObject({
      name: 'libouter.so',
      path: null,
    })
  })

  test('tells the versions that its own libraries need, and not those of the system’s', async () => {
    const { libraries } = await describeArtifact(await compileFamily(['-Wl,-rpath,$ORIGIN'], RUNPATH))
    const askers = new Set(libraries?.versions.map(({ by }) => by))
    // A library of one function needs no version of its own: only what asks for any is told.
    expect([...askers].filter(by => by !== null && !/libouter|libinner/.test(by))).toEqual([])
    expect(askers).toContain(null)
  })
})
