import { type AftermathScene, seeAftermath } from './aftermath.ts'
import { askRuntime, type Patient } from './autopsy.ts'
import { Deadline, type Signal } from './deadline.ts'
import { lookAt, lookUp } from './look.ts'

/** A sidecar that never became ready gets this long to end on a signal, and to write what it held back. */
const FAREWELL_MS = 500
/** After SIGKILL the kernel needs microseconds; a machine under load, or in the middle of a core dump, more. */
export const KILL_DEADLINE_MS = 5_000

export interface Ending extends AftermathScene, Patient {
  readonly exited: Signal<void>
}

/** Ends what still runs, records what is left, and kills that too. */
export async function clearAway(ending: Ending): Promise<void> {
  const { host, identity, recorder, exited } = ending
  if (!exited.isSet) await bringToAnEnd(ending)
  let isClear = false
  await lookUp('what was left', recorder, async () => {
    isClear = (await seeAftermath(ending)).length === 0
  })
  if (!isClear) await host.killTree(identity, KILL_DEADLINE_MS)
}

/** Not gone by itself: a look at what it does, a last chance to say something, then the end. */
async function bringToAnEnd(ending: Ending): Promise<void> {
  const { host, identity, recorder, exited } = ending
  const wasAsked = recorder.events.some(({ type }) => type === 'signal' || type === 'killed')
  if (!wasAsked) await lookAt('before its end', ending)
  const letNextBeAsked = await askRuntime(ending)
  try {
    if (!wasAsked && (await saysFarewell(ending))) return
    // Whoever ends by being asked has not ended by itself either.
    recorder.record({ type: 'killed', why: 'it did not end by itself' })
    await host.killTree(identity, KILL_DEADLINE_MS)
  } catch (error) {
    // The tables cannot be read. A leader that lives would keep the harness from ending, and so from its reaper.
    host.signal(identity.pid, 'SIGKILL')
    throw error
  } finally {
    await letNextBeAsked()
  }
  await new Deadline(KILL_DEADLINE_MS).before(exited.wait())
}

/** Whether one that nobody has told to stop ends when it is told now. */
function saysFarewell({ host, identity, recorder, exited }: Ending): Promise<boolean> {
  const delivered = host.signal(identity.pid, 'SIGTERM')
  recorder.record({ type: 'signal', signal: 'SIGTERM', delivered, to: 'leader' })
  return new Deadline(FAREWELL_MS).before(exited.wait())
}
