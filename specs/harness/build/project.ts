import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dir } from 'tmp-promise'

/** A directory of its own for one spec, or one file of specs. */
export interface Workspace {
  readonly path: string
  remove(): Promise<void>
}

/** The repository's root. */
export const ROOT: string = join(import.meta.dirname, '../../..')

/** Longest that a spec with one real build in it may take: the build is three seconds on an idle machine. */
export const BUILD_LIMIT_MS = 60_000

export async function makeWorkspace(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const { path, cleanup } = await dir({ prefix: 'sidecar-spec', unsafeCleanup: true })
  await writeFiles(path, files)
  // Not `cleanup` itself: it takes a callback, and would take Vitest's context for one.
  return { path, remove: () => cleanup() }
}

export async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, contents] of Object.entries(files)) {
    const file = join(directory, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, contents)
  }
}

/** What a promise was rejected with. A promise that is kept fails the spec. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const kept = Symbol('kept')
  const reason = await promise.then(
    () => kept,
    error => error,
  )
  if (reason === kept) throw new Error('It should have been rejected, and was not.')
  return reason
}

/** The pids of living processes that carry a variable with this value in their environment. Linux only. */
export async function processesWith(value: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const environments = await Promise.all(
    // A process may end while it is looked at.
    pids.map(async pid => ({ pid, text: await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '') })),
  )
  return environments.filter(({ text }) => text.includes(value)).map(({ pid }) => pid)
}
