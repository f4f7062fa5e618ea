import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes a directory with all that a sidecar left in it, whatever modes it gave to what it left. */
export async function removeTree(path: string): Promise<void> {
  try {
    await remove(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    // Nothing can be taken out of a directory that may not be written, and Go's module cache is full of them.
    await openUp(path)
    await remove(path)
  }
}

function remove(path: string): Promise<void> {
  // Somebody whom nobody found may still be writing there: ENOTEMPTY.
  return rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
}

async function openUp(directory: string): Promise<void> {
  await chmod(directory, 0o700)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(join(directory, entry.name))
  }
}
