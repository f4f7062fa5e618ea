import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MARKER_VARIABLE } from '../harness/host/host.ts'
import { startReaper } from '../harness/host/reaper.ts'

/** Nobody guesses so many, and paths in there stay short enough for a Unix socket. */
const ID_BYTES = 8

/**
 * Nothing of a test run outlives it. On Ctrl-C, or when a worker crashes, Vitest runs no clean-up of any spec, and
 * specs start programs that misbehave on purpose. So the run has a reaper of its own: everything that is started
 * in it inherits its mark, and everything that is written goes to one directory.
 */
export default async function guardRun(): Promise<() => Promise<void>> {
  const id = randomBytes(ID_BYTES).toString('hex')
  const directory = join(tmpdir(), `specs-${id}`)
  const reaper = startReaper(id)
  reaper.own(directory)
  await mkdir(directory, { mode: 0o700 })
  // Workers are started after this, and inherit both.
  process.env[MARKER_VARIABLE] = id
  process.env.TMPDIR = directory
  return async () => {
    await rm(directory, { recursive: true, force: true })
    await reaper.dismiss()
  }
}
