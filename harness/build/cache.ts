import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../text/error-code.ts'
import { UnwritablePlaceError } from './errors.ts'
import { type FileIdentity, hashFile, identify, isSameFile, mayHaveSameContents } from './identity.ts'
import { placeWhole } from './place.ts'

/** A note about a finished binary: what it was made from, and how to know it again. */
export interface Stamp {
  /** Hash of everything that the binary's contents depend on. */
  readonly key: string
  /** SHA-256 of the binary, in hex. */
  readonly sha256: string
  readonly identity: FileIdentity
}

/**
 * The stamp of the binary at `output`, if that is still the one that this key made; null when it has
 * to be built. The binary is read only if it looks like a copy of itself, as a restored CI cache does.
 */
export async function recall(cacheDirectory: string, output: string, key: string): Promise<Stamp | null> {
  const stamp = await readStamp(stampFile(cacheDirectory, output))
  if (stamp?.key !== key) return null

  const identity = await identify(output)
  if (identity === null) return null
  if (isSameFile(stamp.identity, identity)) return stamp
  if (!mayHaveSameContents(stamp.identity, identity) || (await hashFile(output)) !== stamp.sha256) return null

  // The identity from before the reading: if somebody wrote meanwhile, the next look finds that out.
  const renewed = { ...stamp, identity }
  await remember(cacheDirectory, output, renewed)
  return renewed
}

/**
 * Keeps the stamp of a binary for later builds. Where that cannot be written, as in a project of somebody else's, they
 * build anew each time: the binary is there, and nothing is wrong with it.
 */
export async function remember(cacheDirectory: string, output: string, stamp: Stamp): Promise<void> {
  try {
    await placeWhole(stampFile(cacheDirectory, output), file => writeFile(file, JSON.stringify(stamp)))
  } catch (error) {
    const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')
    if (!isFull && !(error instanceof UnwritablePlaceError)) throw error
  }
}

async function readStamp(file: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stamp
  } catch (error) {
    // None yet, or not one of ours: either way the answer is to build.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

function stampFile(cacheDirectory: string, output: string): string {
  return join(cacheDirectory, `${createHash('sha256').update(output).digest('hex').slice(0, 16)}.json`)
}
