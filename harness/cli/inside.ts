import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { unpackCommand } from '../bundle/packages.ts'
import { nearest } from '../text/nearest.ts'
import { printable } from '../text/printable.ts'
import { UsageError } from './usage.ts'

/** The directory of --inside, absolute. Throws UsageError for what is none, with how it becomes one. */
export async function openBundle(given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined
  if (given === '') throw new UsageError('--inside names no directory')
  const path = resolve(given)
  const about = await stat(path).catch(() => null)
  if (about?.isDirectory() === true) {
    await readdir(path).catch((error: Error) => {
      throw new UsageError(`--inside ${printable(given)} cannot be listed: ${error.message}`)
    })
    return path
  }
  if (about !== null) throw new UsageError(explainFile(given))
  const siblings = await readdir(dirname(path)).catch((): string[] => [])
  const near = nearest(basename(path), siblings)
  const hint = near === null ? '' : ` Did you mean ${printable(join(dirname(given), near))}?`
  throw new UsageError(`--inside ${printable(given)} does not exist.${hint}`)
}

function explainFile(given: string): string {
  const command = unpackCommand(given)
  const shown = printable(given)
  return command === null
    ? `--inside ${shown} is no directory: name the one of an unpacked bundle.`
    : `--inside ${shown} is not unpacked, and no bundle is opened here. Unpack it, and name the directory:\n  ${command}`
}
