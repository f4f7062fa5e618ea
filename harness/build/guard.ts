import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MARKER_VARIABLE } from '../host/host.ts'
import { startReaper } from '../host/reaper.ts'

/** What a build lets the reaper know of, so that nothing of it is left when it is killed outright. */
export interface Guard {
  /** A file or directory that is to be removed then. Told before it is made. */
  own(path: string): void
  /** A tool leads a group of its own from now on: it, and all that descends from it, is to be ended then. */
  watch(pid: number): void
  /** That tool is over. */
  forget(pid: number): void
  /** A directory of the build's own, removed with it. */
  readonly scratch: string
  /** The value of MARKER_VARIABLE that its tools have to carry in their environment, so that they are found then. */
  readonly marker: string
}

/** A hundred megabytes that are left in somebody's project, and a tool that goes on for seconds, are worth a shell. */
export async function underReaper<T>(work: (guard: Guard) => Promise<T>): Promise<T> {
  const { withDir } = await import('tmp-promise')
  const id = randomBytes(8).toString('hex')
  const name = `sidecar-build-${id}`
  const reaper = startReaper(id)
  try {
    reaper.own(join(tmpdir(), name))
    return await withDir(({ path }) => work({ ...reaper, scratch: path, marker: `${id}.build` }), {
      name,
      mode: 0o700,
      unsafeCleanup: true,
    })
  } finally {
    await reaper.dismiss()
  }
}

/**
 * For a tool that leaves something in the temporary directory, or does when it is killed: npm keeps there what Node has
 * compiled of it (`module.enableCompileCache()` in its `lib/cli.js`).
 */
export function temporaryOf({ scratch }: Guard): Readonly<Record<string, string>> {
  return { TMPDIR: scratch, TMP: scratch, TEMP: scratch }
}

/** What the environment of a build's tools has to hold. */
export function markOf({ marker }: Guard): Readonly<Record<string, string>> {
  return { [MARKER_VARIABLE]: marker }
}
