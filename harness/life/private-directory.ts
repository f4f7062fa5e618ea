import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { asShortage, ShortageError } from '../host/shortage.ts'
import { PlainError } from '../text/plain-error.ts'
import { size } from '../text/size.ts'

/** What TMPDIR names is no place in which anything could be made. */
export class TemporaryDirectoryError extends PlainError {
  override readonly name = 'TemporaryDirectoryError'
  override readonly blame = 'machine'
}

/** The pipes and directories of a few lives; a sidecar that is copied, or unpacks itself, needs more, and says so. */
const LEAST_BYTES = 1024 * 1024
const LEAST_FILES = 256

/** Absolute, also where TMPDIR is not: the reaper runs elsewhere. */
export function temporaryPath(name: string): string {
  return resolve(tmpdir(), name)
}

/** Makes a directory below TMPDIR that is ours alone. Throws TemporaryDirectoryError, and ShortageError where it is full. */
export async function makePrivateDirectory(name: string): Promise<string> {
  const parent = dirname(temporaryPath(name))
  try {
    await requireSpace(parent)
    // It looks at TMPDIR when it is loaded.
    const { dir } = await import('tmp-promise')
    // Removed by removeTree: what this library would remove it by gives up at the first thing in its way.
    const { path } = await dir({ name, mode: 0o700, keep: true })
    return path
  } catch (error) {
    const full = asShortage(error)
    if (full !== null) throw full
    const from = process.env.TMPDIR === undefined ? 'the system names it' : 'TMPDIR names it'
    throw new TemporaryDirectoryError(
      `Nothing can be made in the temporary directory ${parent} (${from}): ${(error as Error).message}. Name one in TMPDIR that is there and can be written.`,
      { cause: error },
    )
  }
}

/** In one that is full nothing is recorded, and a sidecar that needs its own looks like one at fault. */
async function requireSpace(parent: string): Promise<void> {
  const { bavail, bsize, files, ffree } = await statfs(parent)
  const leftBytes = bavail * bsize
  // Some file systems count no inodes, and say that there are none at all.
  const isShort = leftBytes < LEAST_BYTES || (files > 0 && ffree < LEAST_FILES)
  if (!isShort) return
  const left = `${size(leftBytes)}${files > 0 ? ` and ${ffree} inodes` : ''}`
  throw new ShortageError(
    `The disk of the temporary directory ${parent} is full: ${left} are left, and a gate needs ${size(LEAST_BYTES)} and ${LEAST_FILES} inodes at the least. Free some, or name another directory in TMPDIR.`,
  )
}
