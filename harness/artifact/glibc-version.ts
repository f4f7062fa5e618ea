/**
 * glibc names the versions of its symbols after its releases: a program that was linked with `GLIBC_2.34` runs with
 * glibc 2.34 and all that came after it.
 */
const RELEASE = /^GLIBC_(\d+(?:\.\d+)*)$/

/**
 * Marks that are no symbols' versions. The linker writes them for what only a newer loader understands, and older ones
 * refuse the file by the missing name. https://sourceware.org/glibc/wiki/Release/2.36
 */
const MARKS: Record<string, string> = { GLIBC_ABI_DT_RELR: '2.36' }

/** The release of glibc that a symbol version asks for, such as `2.34`; null for other names (GLIBC_PRIVATE, GLIBCXX_3.4). */
export function releaseOf(name: string): string | null {
  return RELEASE.exec(name)?.[1] ?? MARKS[name] ?? null
}

/** Whether one release is newer than another: 2.9 is older than 2.31. */
export function isNewer(release: string, than: string): boolean {
  const others = than.split('.').map(Number)
  for (const [index, number] of release.split('.').map(Number).entries()) {
    const other = others[index] ?? 0
    if (number !== other) return number > other
  }
  return false
}

/** The newest of these symbol versions; null when none of them is a release's. */
export function newestOf(names: readonly string[]): string | null {
  let newest: { name: string; release: string } | null = null
  for (const name of names) {
    const release = RELEASE.exec(name)?.[1]
    if (release !== undefined && (newest === null || isNewer(release, newest.release)))
      newest = { name, release }
  }
  return newest?.name ?? null
}
