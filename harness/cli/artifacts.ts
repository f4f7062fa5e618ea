import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UsageError } from './usage.ts'

/**
 * Makes the directory for the recordings now: a place that cannot be written is found before the gate has run, not
 * after. Throws UsageError.
 */
export async function prepareArtifacts(directory: string | undefined): Promise<string | null> {
  if (directory === undefined) return null
  if (directory === '') throw new UsageError('--artifacts names no directory')
  const path = resolve(directory)
  try {
    await makeDirectory(path)
    await access(path, constants.W_OK)
  } catch (error) {
    throw new UsageError(`--artifacts ${path} cannot be written: ${(error as Error).message}`)
  }
  return path
}

/** Not by mkdir's `recursive`: in /proc that never comes back (Node 24). */
async function makeDirectory(path: string): Promise<void> {
  const attempt = await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => error)
  if (attempt === undefined) return
  const isThere = (await stat(path).catch(() => null))?.isDirectory() ?? false
  if (isThere) return
  if (attempt.code !== 'ENOENT') throw attempt
  await makeDirectory(dirname(path))
  await mkdir(path, { mode: 0o700 })
}
