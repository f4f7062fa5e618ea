import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type BuiltBinary, build, hostTriple } from '../../../harness/build/build.ts'
import { BuildError, TargetError } from '../../../harness/build/errors.ts'
import { MAIN_TARGETS, targetOf, UnknownTargetError } from '../../../harness/build/targets.ts'
import type { BuildPlan } from '../../../harness/contract/contract.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe } from '../artifact/headers.ts'
import { makeWorkspace, rejectionOf } from './project.ts'

/* Binaries for other machines than this one, by files that a command copies. */

test('the main targets are targets', () => {
  expect(MAIN_TARGETS.map(triple => targetOf(triple).os)).toEqual([
    'linux',
    'linux',
    'macos',
    'macos',
    'windows',
  ])
})

test.each([
  ['linux-x64', 'Did you mean "x86_64-unknown-linux-gnu"?'],
  ['linux_arm64', 'Did you mean "aarch64-unknown-linux-gnu"?'],
  ['alpine-amd64', 'Did you mean "x86_64-unknown-linux-musl"?'],
  ['bun-darwin-arm64', 'Did you mean "aarch64-apple-darwin"?'],
  ['macos-x64', 'Did you mean "x86_64-apple-darwin"?'],
  ['macos-universal', 'Did you mean "universal-apple-darwin"?'],
  ['win-x64', 'Did you mean "x86_64-pc-windows-msvc"?'],
  ['X86_64-apple-darwin', 'Did you mean "x86_64-apple-darwin"?'],
  ['x86_64-apple-darwn', 'Did you mean "x86_64-apple-darwin"?'],
  ['riscv64-unknown-linux-gnu', 'Did you mean "riscv64gc-unknown-linux-gnu"?'],
  ['all', `The usual ones are ${MAIN_TARGETS.join(', ')}.`],
  ['', `The usual ones are ${MAIN_TARGETS.join(', ')}.`],
])('%j is no triple, and is told what is', (word, words) => {
  expect(() => targetOf(word)).toThrow(new UnknownTargetError(word))
  expect(new UnknownTargetError(word).message).toBe(`"${word}" is no target triple. ${words}`)
})

const OTHER = hostTriple().startsWith('x86_64') ? 'aarch64-unknown-linux-gnu' : 'x86_64-unknown-linux-gnu'
const EM_AARCH64 = 183

const PROGRAMS: Readonly<Record<string, Buffer>> = {
  'x86_64-unknown-linux-gnu': makeElf({ loader: '/lib64/ld-linux-x86-64.so.2' }),
  'aarch64-unknown-linux-gnu': makeElf({ machine: EM_AARCH64, loader: '/lib/ld-linux-aarch64.so.1' }),
  'aarch64-unknown-linux-musl': makeElf({ machine: EM_AARCH64, loader: '/lib/ld-musl-aarch64.so.1' }),
  'x86_64-apple-darwin': makeMachO(CPU_X64, { signed: false }),
  'aarch64-apple-darwin': makeMachO(CPU_ARM64),
  'x86_64-pc-windows-msvc': makePe(),
}

const POSIX = process.platform !== 'win32'

describe.skipIf(!POSIX)('a command that is told the target', () => {
  test.each(Object.keys(PROGRAMS))('makes the binary for %s', async triple => {
    const project = await start(PROGRAMS)
    const name = triple.includes('-windows-') ? `app-${triple}.exe` : `app-${triple}`
    const built = await project.build(triple)
    expect(built).toMatchObject({ triple, path: join(project.binaries, name), cached: false })
    expect(await readFile(built.path)).toEqual(PROGRAMS[triple])
    expect((await stat(built.path)).mode & 0o777).toBe(0o755)
    expect(await readdir(project.binaries)).toEqual([name])
  })

  const cases: readonly [what: string, triple: string, made: Buffer | string, words: string][] = [
    [
      'one for another processor',
      'aarch64-apple-darwin',
      makeMachO(CPU_X64),
      'Its name says aarch64-apple-darwin, but its header says x86_64-apple-darwin.',
    ],
    [
      'one for this machine',
      'x86_64-pc-windows-msvc',
      makeElf({ loader: '/lib64/ld-linux-x86-64.so.2' }),
      'Its name says x86_64-pc-windows-msvc, but its header says x86_64-unknown-linux-gnu.',
    ],
    [
      'one for another libc',
      'aarch64-unknown-linux-musl',
      makeElf({ machine: EM_AARCH64, loader: '/lib/ld-linux-aarch64.so.1' }),
      'Its name says aarch64-unknown-linux-musl, but its header says aarch64-unknown-linux-gnu.',
    ],
    [
      'one for Apple Silicon that is not signed',
      'aarch64-apple-darwin',
      makeMachO(CPU_ARM64, { signed: false }),
      'It is for Apple Silicon and carries no code signature',
    ],
    [
      'one for Apple Silicon that was changed after it was signed',
      'aarch64-apple-darwin',
      changedAfterSigning(),
      'It was changed after it was signed: 1 of 1 pages are not those of its code signature',
    ],
    ['a page of an error', 'x86_64-apple-darwin', '<!doctype html><title>404</title>', 'It is '],
    [
      'a script for Windows',
      'x86_64-pc-windows-msvc',
      '#!/bin/sh\n',
      'It is a script, and Windows has no #! lines',
    ],
    ['nothing', 'x86_64-apple-darwin', '', 'It is '],
  ]
  test.each(cases)('and makes %s for %s is found out', async (_, triple, made, words) => {
    const project = await start({ [triple]: made })
    const error = await rejectionOf(project.build(triple))
    expect(error).toBeInstanceOf(BuildError)
    expect((error as Error).message).toContain(
      `cp reported success, and what it made is no program for ${triple}:\n  ${words}`,
    )
    expect(await readdir(project.binaries)).toEqual([])
  })

  test('for a target that is none, is not run', async () => {
    const project = await start(PROGRAMS)
    expect(await rejectionOf(project.build('linux-x64'))).toBeInstanceOf(UnknownTargetError)
  })
})

const cannot: readonly [by: string, plan: (directory: string) => BuildPlan, triple: string, why: RegExp][] = [
  [
    'a command that says nothing of the target',
    directory => ({ by: 'command', run: ['cp', 'made', '{output}'], output: null, directory }),
    OTHER,
    /nothing tells `cp made \{output\}` that it is for another machine: write \{triple\} in `build\.run`/,
  ],
  [
    'pkg',
    directory => ({ by: 'pkg', entry: join(directory, 'main.ts') }),
    OTHER,
    /pkg takes no Node but one that runs on this machine\. `by: "sea"` builds the same program for others\.$/,
  ],
  [
    'bun',
    directory => ({ by: 'bun', entry: join(directory, 'main.ts') }),
    'x86_64-unknown-freebsd',
    /Bun is built for .*, x86_64-pc-windows-msvc alone\.$/,
  ],
  [
    'go',
    directory => ({ by: 'go', package: '.', directory }),
    'universal-apple-darwin',
    /go makes a program for one processor at a time: build both, and join them with `lipo`\.$/,
  ],
]

test.each(cannot)('%s cannot build for every target, and says why', async (_, plan, triple, why) => {
  const { path, remove } = await makeWorkspace({ 'main.ts': '', made: '' })
  onTestFinished(remove)
  const error = await rejectionOf(build({ plan: plan(path), output: join(path, 'out', 'app'), triple }))
  expect(error).toBeInstanceOf(TargetError)
  expect((error as Error).message).toMatch(new RegExp(`^No binary for ${triple}: `))
  expect((error as Error).message).toMatch(why)
})

/** A project whose command copies the file that is called like the target. */
async function start(files: Readonly<Record<string, Buffer | string>>) {
  const { path, remove } = await makeWorkspace()
  onTestFinished(remove)
  const binaries = join(path, 'binaries')
  await mkdir(binaries)
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  const plan: BuildPlan = {
    by: 'command',
    run: ['cp', '{triple}', '{output}'],
    output: null,
    directory: path,
  }
  return {
    binaries,
    build: (triple: string): Promise<BuiltBinary> => build({ plan, output: join(binaries, 'app'), triple }),
  }
}

function changedAfterSigning(): Buffer {
  const program = makeMachO(CPU_ARM64, {
    sections: [{ segment: '__TEXT', name: '__const', content: Buffer.from('content') }],
  })
  program.write('changed', program.indexOf('content'))
  return program
}
