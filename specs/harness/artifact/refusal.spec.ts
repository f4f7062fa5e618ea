import { expect, test } from 'vitest'
import { type ArtifactDescription, NO_CONTENT } from '../../../harness/artifact/description.ts'
import { findRefusal } from '../../../harness/artifact/refusal.ts'

const X64 = { os: 'linux', arch: 'x64' }
const NOTHING = { needed: [], versions: [], newestGlibc: 'GLIBC_2.36', searched: true }

function linked(libraries: Partial<NonNullable<ArtifactDescription['libraries']>>): ArtifactDescription {
  return {
    ...NO_CONTENT,
    format: 'elf',
    os: 'linux',
    archs: ['x64'],
    libc: 'gnu',
    interpreter: { path: '/lib64/ld-linux-x86-64.so.2', argument: null, exists: true },
    path: '/app/backend',
    name: 'backend',
    bytes: 1000,
    mode: 0o755,
    regularFile: true,
    sha256: '',
    nameTriple: null,
    libraries: { ...NOTHING, ...libraries },
  }
}

const missing = (name: string, by: string | null = null) => ({ name, by, path: null })

test('nothing is refused that has all that it needs', () => {
  expect(findRefusal(linked({}), X64)).toBeNull()
})

test('name who needs what is missing, and no more than can be read', () => {
  const needed = [
    missing('liba.so'),
    missing('libb.so', 'libx.so'),
    missing('c\nd'),
    missing('e'),
    missing('f'),
  ]
  expect(findRefusal(linked({ needed }), X64)).toBe(
    'Not on this machine are liba.so, which it needs; libb.so, which libx.so needs; c\\nd, which it needs, and 2 more. The loader refuses it with exit code 127.',
  )
})

test('name who needs a version of what', () => {
  const lacking = {
    by: 'libown.so',
    library: 'libstdc++.so.6',
    names: ['GLIBCXX_3.4.99'],
    lacking: ['GLIBCXX_3.4.99'],
  }
  expect(findRefusal(linked({ versions: [lacking] }), X64)).toBe(
    "libown.so needs GLIBCXX_3.4.99 of libstdc++.so.6, and this machine's does not have that. The loader refuses it with exit code 1.",
  )
})

test('are not claimed where the contract names directories, nor for another machine', () => {
  const artifact = linked({ needed: [missing('liba.so')] })
  expect(findRefusal(artifact, X64, { LD_LIBRARY_PATH: '/opt/lib' })).toBeNull()
  expect(findRefusal(artifact, X64, { LD_LIBRARY_PATH: '' })).not.toBeNull()
  expect(findRefusal(artifact, { os: 'linux', arch: 'arm64' })).toBeNull()
  expect(findRefusal(artifact, { os: 'macos', arch: 'x64' })).toBeNull()
})
