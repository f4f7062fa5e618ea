import { chmod, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../text/error-code.ts'

/** Half of what the systems take for a path (4,096 bytes on Linux, 1,024 on macOS): what lies below is still in reach. */
const REACHABLE_CHARACTERS = 500

/** Removes a directory with all that a sidecar left in it, however deep that is, and whatever modes it gave to it. */
export async function removeTree(path: string): Promise<void> {
  try {
    await remove(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENAMETOOLONG') throw error
    // Nothing can be taken out of a directory that may not be written, and Go's module cache is full of them.
    await openUp(path)
    await remove(path)
  }
}

function remove(path: string): Promise<void> {
  // Somebody whom nobody found may still be writing there: ENOTEMPTY.
  return rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
}

/**
 * Lets everything below be written, and brings up what lies too deep for a path: a program that changes into each
 * directory which it makes gets deeper than any path can be.
 */
async function openUp(top: string): Promise<void> {
  const waiting = [top]
  let raised = 0
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const path of await unlessGone(directoriesIn(directory), [])) {
      if (path.length - top.length < REACHABLE_CHARACTERS) {
        waiting.push(path)
        continue
      }
      const above = join(top, `raised-${++raised}`)
      // Who moves a directory writes to it: its entry for the one above changes.
      await unlessGone(chmod(path, 0o700), undefined)
      await unlessGone(rename(path, above), undefined)
      waiting.push(above)
    }
  }
}

async function directoriesIn(directory: string): Promise<readonly string[]> {
  await chmod(directory, 0o700)
  const entries = await readdir(directory, { withFileTypes: true })
  return entries.filter(entry => entry.isDirectory()).map(({ name }) => join(directory, name))
}

/** `rm` comes back at the first thing that it cannot remove, and goes on with the others meanwhile. */
async function unlessGone<T>(doing: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await doing
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return otherwise
    throw error
  }
}
