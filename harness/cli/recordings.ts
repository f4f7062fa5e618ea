import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from './usage.ts'

/** The directory itself, or those in it: there is one for each of several sidecars. Throws UsageError where there is none. */
export async function findRecordings(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${directory} cannot be read: ${error.message}`)
  })
  if (names.includes('recording.json')) return [directory]
  const found = await Promise.all(
    names.map(async name =>
      (await isFile(join(directory, name, 'recording.json'))) ? [join(directory, name)] : [],
    ),
  )
  const recordings = found.flat().sort()
  if (recordings.length > 0) return recordings
  throw new UsageError(
    `${directory} holds no recording: there is no recording.json in it, nor in a directory of it`,
  )
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}
