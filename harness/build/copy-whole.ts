import { constants } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'

/**
 * Copies what a tool has made in a place of its own. Comes back with what is wrong with it, in words that go on from "but";
 * null for a copy that is whole.
 */
export async function copyWhole(made: string, output: string): Promise<string | null> {
  const before = await lookAt(made)
  if (before === null) return 'there is no such file'
  if (!before.isFile) return 'that is no file'
  // Shares the disk's blocks where the file system can.
  await copyFile(made, output, constants.COPYFILE_FICLONE)
  const after = await lookAt(made)
  // Not by ctime: a tool that hard-links its result once more has not written to it.
  return after?.state === before.state
    ? null
    : 'that was written to again while it was copied: does another build run?'
}

async function lookAt(file: string): Promise<{ isFile: boolean; state: string } | null> {
  const about = await stat(file, { bigint: true }).catch(() => null)
  if (about === null) return null
  return { isFile: about.isFile(), state: `${about.ino} ${about.size} ${about.mtimeNs}` }
}
