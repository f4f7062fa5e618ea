import { type FileHandle, open } from 'node:fs/promises'
import { FileBytes } from './bytes.ts'
import { readElf } from './elf.ts'

/** Files that were looked at, by device and inode: a search through a hundred megabytes takes some 25 ms. */
const known = new Map<string, Promise<boolean>>()

/** Whether an executable is Node, bare or with an application in it. What cannot be read carries nothing. */
export async function carriesNode(path: string): Promise<boolean> {
  let handle: FileHandle
  try {
    handle = await open(path)
  } catch {
    // Its process has ended, or is somebody else's.
    return false
  }
  try {
    const { dev, ino, mtimeMs, size } = await handle.stat()
    const key = `${dev}:${ino}:${mtimeMs}:${size}`
    const answer = known.get(key) ?? isNode(handle, size, path)
    known.set(key, answer)
    return await answer
  } finally {
    await handle.close()
  }
}

async function isNode(handle: FileHandle, size: number, path: string): Promise<boolean> {
  const { payload } = await readElf(new FileBytes(handle, size), path)
  return payload?.runtime === 'node'
}
