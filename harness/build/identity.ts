import { createHash } from 'node:crypto'
import { type BigIntStats, createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/**
 * What a file's directory entry tells about its contents without reading them. No file that was
 * replaced, written to or given another mode keeps all of these. As text, because nanoseconds do not fit a number.
 */
export interface FileIdentity {
  readonly bytes: string
  readonly mode: string
  readonly inode: string
  readonly modifiedNs: string
  readonly changedNs: string
}

/** The identity of a file that was looked at with `{ bigint: true }`. */
export function identityOf(stats: BigIntStats): FileIdentity {
  return {
    bytes: String(stats.size),
    mode: stats.mode.toString(8),
    inode: String(stats.ino),
    modifiedNs: String(stats.mtimeNs),
    changedNs: String(stats.ctimeNs),
  }
}

/** The identity of the file at a path, null when there is none. */
export async function identify(path: string): Promise<FileIdentity | null> {
  try {
    return identityOf(await stat(path, { bigint: true }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Whether both stand for the same contents, without reading them. */
export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return (
    mayHaveSameContents(one, other) &&
    one.inode === other.inode &&
    one.modifiedNs === other.modifiedNs &&
    one.changedNs === other.changedNs
  )
}

/** Whether reading them is worth it: a copy of a file has its size and mode, and a time and an inode of its own. */
export function mayHaveSameContents(one: FileIdentity, other: FileIdentity): boolean {
  return one.bytes === other.bytes && one.mode === other.mode
}

/** The SHA-256 of data, in hex. */
export function hashOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The SHA-256 of a file's contents, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  // A hundred megabytes in reads of 64 KiB, the default, take twice as long.
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}
