import { randomBytes } from 'node:crypto'
import { MARKER_VARIABLE } from '../host/host.ts'
import { startReaper } from '../host/reaper.ts'

/** What a build lets the reaper know of, so that nothing of it is left when it is killed outright. */
export interface Guard {
  /** Begins the name of what is made beside the paths that are told. */
  readonly id: string
  /** A file or directory that is to be removed then. Told before it is made. */
  own(path: string): void
  /** What the environment of its tools has to hold, so that they are found then. */
  readonly environment: Readonly<Record<string, string>>
}

/** A hundred megabytes that are left in somebody's project, and a tool that goes on for seconds, are worth a shell. */
export async function underReaper<T>(work: (guard: Guard) => Promise<T>): Promise<T> {
  const id = randomBytes(8).toString('hex')
  const reaper = startReaper(id)
  try {
    return await work({
      id,
      own: path => reaper.own(path),
      environment: { [MARKER_VARIABLE]: `${id}.build` },
    })
  } finally {
    await reaper.dismiss()
  }
}
