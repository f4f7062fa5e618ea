import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { CompareOptions } from './compare-options.ts'
import { findRecordings } from './recordings.ts'
import { UsageError } from './usage.ts'

/** Whether both are directories; they have to be of one kind. Throws UsageError. */
export async function areDirectories(options: CompareOptions): Promise<boolean> {
  const [old, now] = [await isDirectory(options.old), await isDirectory(options.new)]
  if (old !== now) {
    const [directory, file] = old ? [options.old, options.new] : [options.new, options.old]
    throw new UsageError(
      `${directory} is a directory, and ${file} a file: compare takes two binaries, or two directories that check --artifacts has written`,
    )
  }
  const [option] = options.forBinaries
  if (old && option !== undefined) {
    throw new UsageError(
      `--${option} is for binaries: to compare recordings nothing is launched, or judged anew`,
    )
  }
  return old
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(
      code === 'ENOENT'
        ? `There is no ${path}.${await suggestBeside(path)}`
        : `${path} cannot be read: ${message}`,
    )
  }
}

async function suggestBeside(path: string): Promise<string> {
  const { nearest } = await import('../text/nearest.ts')
  const names = await readdir(dirname(resolve(path))).catch((): string[] => [])
  const near = nearest(basename(path), names)
  return near === null ? '' : ` Did you mean "${near}"?`
}

/** A comparison has one recording on each side. Throws UsageError. */
export async function theRecordingIn(directory: string): Promise<string> {
  const [first, ...others] = await findRecordings(resolve(directory))
  if (first !== undefined && others.length === 0) return first
  const names = [first ?? '', ...others].map(path => basename(path))
  throw new UsageError(
    `${directory} holds ${names.length} recordings: ${names.join(', ')}. Name one of these directories.`,
  )
}
