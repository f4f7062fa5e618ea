import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { unlessAbsent } from '../artifact/absent.ts'

/** The largest apps that are known, with their modules unpacked, have some fifty thousand. */
const MAX_ENTRIES = 200_000
/** Modules within modules go some twenty deep. */
const MAX_DEPTH = 64

/** A file or a link below a directory; the path is relative, with slashes. */
export interface Entry {
  readonly path: string
  readonly name: string
  readonly isLink: boolean
}

export interface Walked {
  /** In the order of their paths. */
  readonly entries: readonly Entry[]
  /** All that was looked at, directories too. */
  readonly count: number
  /** Why not everything was looked at. */
  readonly unfinished: string | null
}

/**
 * Lists the files and links below a directory. Links are not followed: they may lead out of it, or in a circle.
 * Rejects when `signal` aborts.
 */
export async function walk(directory: string, signal?: AbortSignal): Promise<Walked> {
  const entries: Entry[] = []
  const closed: string[] = []
  let count = 0
  let unfinished: string | null = null
  const left = [{ path: '', depth: 0 }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    signal?.throwIfAborted()
    const { path, depth } = next
    const found: Dirent[] | null = await unlessAbsent(readdir(join(directory, path), { withFileTypes: true }))
    if (found === null) closed.push(path)
    for (const entry of found ?? []) {
      count++
      const at = posix.join(path, entry.name)
      if (entry.isDirectory()) left.push({ path: at, depth: depth + 1 })
      else if (entry.isFile() || entry.isSymbolicLink())
        entries.push({ path: at, name: entry.name, isLink: entry.isSymbolicLink() })
    }
    if (count > MAX_ENTRIES || depth > MAX_DEPTH) {
      const most =
        count > MAX_ENTRIES ? `${MAX_ENTRIES.toLocaleString('en-US')} entries` : `${MAX_DEPTH} levels`
      unfinished = `it has more than ${most}, and no app has: name the directory of the bundle itself`
      break
    }
  }
  const [first] = closed
  if (unfinished === null && first !== undefined) unfinished = `${first} in it may not be listed`
  return { entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), count, unfinished }
}
