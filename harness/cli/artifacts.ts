import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from './usage.ts'

/**
 * Makes the directory for the recordings now: a place that cannot be written is found before the gate has run, not
 * after. Comes back with a directory for each of the sidecars: the one that is named where there is one, otherwise one
 * in it for each. Throws UsageError.
 */
export async function prepareArtifacts(
  directory: string | undefined,
  sidecars: readonly string[],
): Promise<readonly string[]> {
  if (directory === undefined) return []
  if (directory === '') throw new UsageError('--artifacts names no directory')
  const path = resolve(directory)
  const places = sidecars.length === 1 ? [path] : directoryNames(sidecars).map(name => join(path, name))
  try {
    for (const place of places) {
      await makeDirectory(place)
      await access(place, constants.W_OK)
    }
  } catch (error) {
    throw new UsageError(`--artifacts ${path} cannot be written: ${(error as Error).message}`)
  }
  return places
}

/** A directory's name for each contract's: portable, never hidden, and no two alike, also where letter case is nothing. */
export function directoryNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map(name => {
    const base = name.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'sidecar'
    let chosen = base
    for (let number = 2; taken.has(chosen.toLowerCase()); number++) chosen = `${base}-${number}`
    taken.add(chosen.toLowerCase())
    return chosen
  })
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
