import { randomBytes } from 'node:crypto'
import { access, constants, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BuildError, UnwritablePlaceError } from './errors.ts'
import { type FileIdentity, identityOf } from './identity.ts'

// A build takes seconds. What is older was left by one that was killed outright, and is a hundred megabytes.
const ABANDONED_AFTER_MS = 60 * 60 * 1000

const SUFFIX = '.unfinished'

/** A file in its place. */
export interface Placed<T> {
  /** What its maker returned. */
  readonly made: T
  readonly identity: FileIdentity
  /** The old one did as well, and was left there. */
  readonly kept: boolean
}

/**
 * Has a file made beside its place and moves it there in one step: whoever opens the path finds the
 * whole old file or the whole new one, and of two builds at once the last one wins. Where `findEqual` says
 * that the old one is the same, that stays. When `make` throws, the old file stays and nothing else is left.
 */
export async function placeWhole<T>(
  path: string,
  make: (temporary: string) => Promise<T>,
  findEqual: (temporary: string, made: T) => Promise<FileIdentity | null> = async () => null,
): Promise<Placed<T>> {
  await requireWritable(path)
  await removeAbandoned(path)

  // A name that nobody can guess, so that in a shared directory nobody can lay a link in its way.
  const temporary = join(dirname(path), `${prefixOf(path)}${randomBytes(12).toString('hex')}${SUFFIX}`)
  try {
    const made = await make(temporary)
    const equal = await findEqual(temporary, made)
    return { made, identity: equal ?? (await move(temporary, path)), kept: equal !== null }
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Before the work is done: a packer's own words for it are a stack of twenty lines. */
async function requireWritable(path: string): Promise<void> {
  const directory = dirname(path)
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.W_OK)
  } catch (cause) {
    throw new UnwritablePlaceError(path, directory, cause)
  }
}

async function move(temporary: string, path: string): Promise<FileIdentity> {
  // Asked of the open file, not of the path: another build may already have replaced it there. After
  // the move, because moving changes ctime.
  const file = await open(temporary)
  try {
    await rename(temporary, path)
    return identityOf(await file.stat({ bigint: true }))
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    throw new BuildError(
      `The new file could not be moved to its place (${error.code}). Is the old one still running, or a directory in the way?`,
      { tool: 'node', phase: 'place', file: path, lines: [error.message] },
      { cause },
    )
  } finally {
    await file.close()
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const directory = dirname(path)
  for (const name of await readdir(directory)) {
    if (!name.startsWith(prefixOf(path)) || !name.endsWith(SUFFIX)) continue
    const file = join(directory, name)
    // It may be another build's, and in its place by now.
    const stats = await stat(file).catch(() => null)
    if (stats !== null && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS) await rm(file, { force: true })
  }
}

function prefixOf(path: string): string {
  return `.${basename(path)}.`
}
