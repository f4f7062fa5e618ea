import { lstatSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { LeftFile } from '../recording/recording.ts'
import type { Recorder } from './recorder.ts'
import type { Sandbox } from './sandbox.ts'

/** More would bury the first; the rest are counted. */
const MOST_NAMED = 20

/**
 * Records which files a life has left in its working and temporary directory, beside those that were there before it.
 * Where others live there too, nothing is said.
 */
export function recordLitter(sandbox: Sandbox, recorder: Recorder, before: ReadonlySet<string>): void {
  if (sandbox.isShared) return
  const files = filesIn(sandbox).filter(file => !before.has(keyOf(file)))
  const named = files.slice(0, MOST_NAMED)
  recorder.record({ type: 'litter', files: named, omitted: files.length - named.length })
}

/** The files of a life's directories, for a look later at which of them are new. */
export function filesOf(sandbox: Sandbox): ReadonlySet<string> {
  return new Set(filesIn(sandbox).map(keyOf))
}

function filesIn({ working, temporary }: Sandbox): readonly LeftFile[] {
  return [...listFiles(working, 'working directory'), ...listFiles(temporary, 'temporary directory')]
}

function keyOf({ where, path }: LeftFile): string {
  return `${where}: ${path}`
}

/** Every file below, and every directory that is empty: both are somebody's to clear away. */
function listFiles(root: string, where: LeftFile['where']): LeftFile[] {
  const found: LeftFile[] = []
  const visit = (directory: string): void => {
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name)
      if (entry.isDirectory() && entriesOf(path).length > 0) visit(path)
      else found.push({ where, path: relative(root, path), bytes: sizeOf(path) })
    }
  }
  visit(root)
  return found
}

/** What cannot be listed, or has just gone, holds nothing that could be named. */
function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return []
    throw error
  }
}

function sizeOf(path: string): number {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
  } catch (error) {
    // Deeper than any path can be: it has been counted, and nobody can look at it by its name.
    if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG') return 0
    throw error
  }
}
