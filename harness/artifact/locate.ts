import type { Dirent, Stats } from 'node:fs'
import { readdir, readlink, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../text/error-code.ts'
import { nearest } from '../text/nearest.ts'
import { ArtifactPathError, showPath } from './errors.ts'

/** Makes sure that there is a regular file at `path`. Throws ArtifactPathError with what was probably meant. */
export async function locateArtifact(path: string): Promise<void> {
  const stats = await statPath(path)
  if (stats.isDirectory()) throw await refuseDirectory(path)
  if (!stats.isFile())
    throw new ArtifactPathError(path, 'not-a-file', { problem: `is ${nameKind(stats)}, not a file` })
}

async function statPath(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (error) {
    const code = codeOfCall(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw await refuseMissing(path, error)
    throw refuseUnreadable(path, error)
  }
}

/** The error for a file that is there and that the system does not let us read; `cause` is the system's error. */
export function refuseUnreadable(path: string, cause: unknown): ArtifactPathError {
  return new ArtifactPathError(path, 'unreadable', {
    problem: `cannot be read (${codeOfCall(cause)})`,
    cause,
  })
}

/** The code of a failed system call; any other error is a fault of our own and is thrown on. */
function codeOfCall(error: unknown): string {
  const code = codeOf(error)
  if (code !== null && 'syscall' in (error as object)) return code
  throw error
}

async function refuseMissing(path: string, cause: unknown): Promise<ArtifactPathError> {
  const target = await readlink(path).catch(() => null)
  if (target !== null) {
    const problem = `is a symbolic link to ${showPath(target)}, which does not exist`
    return new ArtifactPathError(path, 'missing', { problem, cause })
  }
  const directory = dirname(path)
  const files = await listFiles(directory)
  if (files === null) {
    const problem = `does not exist: there is no directory ${showPath(directory)}`
    return new ArtifactPathError(path, 'missing', { problem, cause })
  }
  const similar = findSimilar(basename(path), files)
  const suggestion = similar === null ? null : join(directory, similar)
  return new ArtifactPathError(path, 'missing', { problem: 'does not exist', suggestion, cause })
}

async function refuseDirectory(path: string): Promise<ArtifactPathError> {
  // In a macOS bundle the executable lies deeper; elsewhere it is one of the directory's own files.
  const directory = path.endsWith('.app') ? join(path, 'Contents', 'MacOS') : path
  const executables = await listExecutables(directory)
  const advice = 'Give the path of the executable inside it.'
  const suggestion = executables.length === 1 ? (executables[0] ?? null) : null
  return new ArtifactPathError(path, 'directory', { problem: 'is a directory', advice, suggestion })
}

async function listExecutables(directory: string): Promise<string[]> {
  const paths = ((await listFiles(directory)) ?? []).map(name => join(directory, name))
  const executables: string[] = []
  for (const path of paths) {
    const stats = await stat(path).catch(() => null)
    if (stats !== null && (stats.mode & 0o111) !== 0) executables.push(path)
  }
  return executables
}

/** Null when there is no such directory; nothing for one that may be entered and not listed. */
async function listFiles(directory: string): Promise<string[] | null> {
  const entries: Dirent[] | null = await readdir(directory, { withFileTypes: true }).catch(error =>
    ['ENOENT', 'ENOTDIR'].includes(codeOfCall(error)) ? null : [],
  )
  return entries?.filter(entry => entry.isFile()).map(entry => entry.name) ?? null
}

/** The same name with a triple or `.exe` added is the likeliest; then a misspelling. */
function findSimilar(name: string, files: readonly string[]): string | null {
  return (
    files.find(file => file.startsWith(`${name}-`) || file.startsWith(`${name}.`)) ?? nearest(name, files)
  )
}

function nameKind(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
