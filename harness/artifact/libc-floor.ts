import { printable } from '../text/printable.ts'
import type { ArtifactDescription, LibraryVersions } from './description.ts'
import { isNewer, newestOf, releaseOf } from './glibc-version.ts'

/** As many symbol versions as somebody reads. */
const MOST_NAMED = 6

/**
 * Why a program would not run with the oldest C library that the contract names (`glibc 2.31`), in one plain sentence;
 * null when it would, as far as its file tells. No such machine is needed: the file says which versions it asks for.
 */
export function findAboveFloor(
  artifact: Pick<ArtifactDescription, 'libc' | 'libraries' | 'interpreter'>,
  floor: string,
): string | null {
  const { libc, libraries, interpreter } = artifact
  // Without a loader it brings all that it needs.
  if (libraries === null || interpreter === null) return null
  const [name, release = ''] = floor.split(' ')
  if (libc !== null && (libc === 'musl') !== (name === 'musl')) {
    const linked = libc === 'musl' ? 'musl' : 'glibc'
    return `It is linked with ${linked}, whose loader systems with ${name} do not have.`
  }
  // The symbols of musl have no versions: nothing in the file tells how new it has to be.
  if (name === 'musl') return null
  const sentences = askersOf(libraries.versions).flatMap(({ by, names }) => {
    const newer = names.filter(version => isNewer(releaseOf(version) ?? '0', release))
    return newer.length === 0 ? [] : [describe(by, newer)]
  })
  return sentences.length === 0 ? null : `${sentences.join('; ')}.`
}

/** glibc is several libraries with the versions of one release: each asker's requests are one. */
function askersOf(versions: readonly LibraryVersions[]): { by: string | null; names: string[] }[] {
  const askers = new Map<string | null, Set<string>>()
  for (const { by, names } of versions) {
    askers.set(by, new Set([...(askers.get(by) ?? []), ...names]))
  }
  return [...askers].map(([by, names]) => ({ by, names: [...names] }))
}

function describe(by: string | null, names: readonly string[]): string {
  const who = by === null ? 'It' : `${printable(by, 80)}, which comes with it,`
  const sorted = names.toSorted((a, b) => (isNewer(releaseOf(a) ?? '0', releaseOf(b) ?? '0') ? -1 : 1))
  const shown = sorted.slice(0, MOST_NAMED).map(name => printable(name, 40))
  const more = sorted.length > shown.length ? `, and ${sorted.length - shown.length} older ones` : ''
  return `${who} needs ${printable(newestOf(names) ?? sorted[0] ?? '', 40)} (symbol versions that are newer: ${shown.join(', ')}${more})`
}
