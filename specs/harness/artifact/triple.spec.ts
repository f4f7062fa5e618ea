import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { deriveTriple, findTargetInName, TARGETS } from '../../../harness/artifact/triple.ts'

const rustc = spawnSync('rustc', ['--print', 'target-list'], { encoding: 'utf8' })

/** By then it knew the youngest of ours; Debian 12 has 1.63. */
const LEAST_MINOR = 85
const version = spawnSync('rustc', ['--version'], { encoding: 'utf8' }).stdout ?? ''
const minor = Number(/^rustc 1\.(\d+)/.exec(version)?.[1] ?? 0)

test.skipIf(rustc.status !== 0 || minor < LEAST_MINOR)(
  'knows no target that rustc does not know, save for the one that Tauri adds',
  () => {
    const known = new Set(rustc.stdout.split('\n'))
    expect(TARGETS.map(({ triple }) => triple).filter(triple => !known.has(triple))).toEqual([
      'universal-apple-darwin',
    ])
  },
)

test.each([
  ['backend-x86_64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu'],
  ['my-backend-aarch64-apple-darwin', 'aarch64-apple-darwin'],
  ['backend-universal-apple-darwin', 'universal-apple-darwin'],
  ['backend-x86_64-pc-windows-msvc.exe', 'x86_64-pc-windows-msvc'],
  ['backend-x86_64-pc-windows-msvc.EXE', 'x86_64-pc-windows-msvc'],
  ['backend-armv7-unknown-linux-gnueabihf', 'armv7-unknown-linux-gnueabihf'],
  ['backend', null],
  ['backend-linux-x64', null],
  ['x86_64-unknown-linux-gnu', null],
  ['backend-x86_64-unknown-linux-gnu.bak', null],
  ['backend.exe-x86_64-pc-windows-msvc', 'x86_64-pc-windows-msvc'],
])('reads the name %s as %s', (name, triple) => {
  expect(findTargetInName(name)?.triple ?? null).toBe(triple)
})

test.each([
  [{ os: 'linux', archs: ['x64'], libc: 'gnu' }, 'x86_64-unknown-linux-gnu'],
  [{ os: 'linux', archs: ['arm64'], libc: 'none' }, 'aarch64-unknown-linux-gnu'],
  [{ os: 'linux', archs: ['arm'], libc: 'gnu', hardFloat: true }, 'armv7-unknown-linux-gnueabihf'],
  [{ os: 'linux', archs: ['arm'], libc: 'gnu' }, 'arm-unknown-linux-gnueabi'],
  [{ os: 'linux', archs: ['ppc64'], libc: 'gnu', endianness: 'little' }, 'powerpc64le-unknown-linux-gnu'],
  [{ os: 'linux', archs: ['ppc64'], libc: 'gnu', endianness: 'big' }, 'powerpc64-unknown-linux-gnu'],
  [{ os: 'linux', archs: ['riscv64'], libc: 'musl' }, 'riscv64gc-unknown-linux-musl'],
  [{ os: 'macos', archs: ['x64', 'arm64'] }, 'universal-apple-darwin'],
  [{ os: 'macos', archs: ['arm64'] }, 'aarch64-apple-darwin'],
  [{ os: 'windows', archs: ['arm64'] }, 'aarch64-pc-windows-msvc'],
  [{ os: 'android', archs: ['arm64'], libc: 'bionic' }, 'aarch64-linux-android'],
  [{ os: 'linux', archs: ['x64'], libc: null }, null],
  [{ os: 'linux', archs: [], libc: 'gnu' }, null],
  [{ os: null, archs: ['x64'] }, null],
] as const)('derives from %j the triple %s', (facts, triple) => {
  expect(deriveTriple(facts)).toBe(triple)
})
