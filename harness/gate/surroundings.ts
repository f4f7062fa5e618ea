import { findLoopbackTrouble } from '../host/loopback.ts'
import { PortError } from '../host/ports.ts'
import { problemsIn, requireNoShortage } from '../life/shortage.ts'
import { isReady } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'

/** Said of a connection by the harness's own kernel, and not by whoever is at its other end. */
const OF_THE_NETWORK = /EADDRNOTAVAIL|ENETUNREACH|ENETDOWN|EHOSTUNREACH|ENOBUFS/

/**
 * Throws where what lives show may be the doing of their surroundings: the harness has run out of something, or nobody
 * could have served on this machine at that moment. By such lives no sidecar is to be judged.
 */
export async function requireSoundSurroundings(lives: readonly LifeRecording[]): Promise<void> {
  for (const { events } of lives) requireNoShortage(events)
  const isCutOff = lives.some(({ events }) =>
    events.flatMap(problemsIn).some(({ code, message }) => OF_THE_NETWORK.test(`${code} ${message}`)),
  )
  if (!isCutOff && lives.every(isReady)) return
  const trouble = await findLoopbackTrouble()
  // Who has no TCP to speak needs no loopback to fail by itself.
  if (trouble !== null && (trouble.of === 'ports' || isCutOff)) throw new PortError(trouble.message)
}
