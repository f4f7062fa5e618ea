import { signalOf } from './signal.ts'
import type { SoundLives } from './sound-lives.ts'

export const soundFleetLives: SoundLives = (id, { fleet, stop }, ready) => {
  if (id === 'fleet-crash') {
    const victim = ready(`${id}.1`).isSent('SIGKILL').exits('SIGKILL').leaves()
    const witness = ready(`${id}.2`).after(80).isAsked('check').stopsOn('SIGTERM')
    return [victim, witness, ready(`${id}.3`).stopsOn('SIGTERM')]
  }
  if (id === 'restarts') {
    return Array.from({ length: fleet.restarts }, (_, turn) =>
      ready(`${id}.${turn + 1}`).stopsOn(stop.signals[turn % stop.signals.length] ?? 'SIGTERM'),
    )
  }
  if (!id.startsWith('fleet-sig')) return null
  return Array.from({ length: fleet.instances }, (_, index) => {
    const life = ready(`${id}.${index + 1}`)
    return (index === 0 ? life : life.after(20).isAsked('check')).stopsOn(signalOf(id))
  })
}
