import { describe, expect, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import type { ArtifactDescription, LibraryVersions } from '../../../harness/artifact/description.ts'
import { isNewer, newestOf, releaseOf } from '../../../harness/artifact/glibc-version.ts'
import { findAboveFloor } from '../../../harness/artifact/libc-floor.ts'
import { NODE_BINARY } from './files.ts'
import { onGlibc } from './loader.ts'

type Linked = Pick<ArtifactDescription, 'libc' | 'libraries' | 'interpreter'>

const LOADER = { path: '/lib64/ld-linux-x86-64.so.2', argument: null, exists: true }

function needs(...versions: LibraryVersions[]): Linked {
  return {
    libc: 'gnu',
    interpreter: LOADER,
    libraries: { needed: [], versions, newestGlibc: null, searched: true },
  }
}

const of = (library: string, names: string[], by: string | null = null): LibraryVersions => ({
  by,
  library,
  names,
  lacking: [],
})

describe('a program that asks for', () => {
  const libc = of('libc.so.6', ['GLIBC_2.2.5', 'GLIBC_2.34', 'GLIBC_2.32', 'GLIBC_PRIVATE'])
  const cpp = of('libstdc++.so.6', ['GLIBCXX_3.4.99', 'CXXABI_1.3.15'])

  test.each([
    ['nothing', [], null],
    ['what the floor has', [of('libc.so.6', ['GLIBC_2.31', 'GLIBC_2.9', 'GLIBC_2.4'])], null],
    ['libraries that have versions of their own', [cpp], null],
    [
      'newer symbols',
      [libc],
      'It needs GLIBC_2.34 (symbol versions that are newer: GLIBC_2.34, GLIBC_2.32).',
    ],
    [
      'newer symbols of several parts of glibc',
      [libc, of('libm.so.6', ['GLIBC_2.35', 'GLIBC_2.34'])],
      'It needs GLIBC_2.35 (symbol versions that are newer: GLIBC_2.35, GLIBC_2.34, GLIBC_2.32).',
    ],
    [
      'them by a library of its own',
      [of('libc.so.6', ['GLIBC_2.38'], 'libown.so')],
      'libown.so, which comes with it, needs GLIBC_2.38 (symbol versions that are newer: GLIBC_2.38).',
    ],
    [
      'relocations that only a newer loader knows',
      [of('libc.so.6', ['GLIBC_ABI_DT_RELR'])],
      'It needs GLIBC_ABI_DT_RELR (symbol versions that are newer: GLIBC_ABI_DT_RELR).',
    ],
    [
      'more than can be read',
      [
        of(
          'libc.so.6',
          ['32', '33', '34', '35', '36', '37', '38', '39'].map(minor => `GLIBC_2.${minor}`),
        ),
      ],
      /^It needs GLIBC_2\.39 .*GLIBC_2\.39, .*GLIBC_2\.34, and 2 older ones\)\.$/,
    ],
  ])('%s', (_what, versions, sentence) => {
    const found = findAboveFloor(needs(...versions), 'glibc 2.31')
    if (sentence instanceof RegExp) expect(found).toMatch(sentence)
    else expect(found).toBe(sentence)
  })
})

test('musl and glibc do not stand in for each other', () => {
  expect(findAboveFloor({ ...needs(), libc: 'musl' }, 'glibc 2.31')).toBe(
    'It is linked with musl, whose loader systems with glibc do not have.',
  )
  expect(findAboveFloor(needs(), 'musl 1.2')).toMatch(
    /^It is linked with glibc, .* systems with musl do not have\.$/,
  )
  expect(findAboveFloor({ ...needs(), libc: 'musl' }, 'musl 1.2')).toBeNull()
})

test('a static program runs with whatever is there', () => {
  expect(findAboveFloor({ ...needs(), libc: 'musl', interpreter: null }, 'glibc 2.31')).toBeNull()
})

test.runIf(onGlibc)('a real program has a floor of its own', async () => {
  const node = await describeArtifact(NODE_BINARY, { sha256: '' })
  const names = node.libraries?.versions.flatMap(versions => versions.names) ?? []
  const release = releaseOf(newestOf(names) ?? '')
  expect(release).toMatch(/^2\.\d+$/)
  expect(findAboveFloor(node, `glibc ${release}`)).toBeNull()
  expect(findAboveFloor(node, 'glibc 2.1')).toMatch(`It needs GLIBC_${release} `)
})

test.each([
  ['2.10', '2.9', true],
  ['2.9', '2.10', false],
  ['2.34', '2.34', false],
  ['2.3.4', '2.3', true],
  ['2.3', '2.3.4', false],
  ['3.0', '2.40', true],
])('%s is newer than %s: %s', (release, than, expected) => {
  expect(isNewer(release, than)).toBe(expected)
})
