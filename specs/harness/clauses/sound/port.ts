import { HOLDINGS, MISNOMERS } from '../../../../harness/scenarios/port-refusals.ts'
import type { SoundLives } from './sound-lives.ts'

/** The port that is asked for in these lives. */
const ASKED = 22_000

export const soundPortLives: SoundLives = (id, { stop }, ready, begin) => {
  const refuses = (port: string, reason: string, launch = {}) => [
    begin(id, { port, ...launch })
      .after(40)
      .logs(reason)
      .exits(1)
      .leaves(),
  ]
  if (id === 'port-pair') {
    return [1, 2].map((instance, index) =>
      ready(`${id}.${instance}`).stopsOn(stop.signals[index] ?? stop.signals[0] ?? 'SIGTERM'),
    )
  }
  if (id === 'port-explicit') {
    const life = begin(id, { port: String(ASKED) }).announces(ASKED)
    return [life.isReady().isSeen().stopsOn('SIGTERM')]
  }
  const holding = HOLDINGS.find(({ scenario }) => scenario === id)
  if (holding !== undefined) {
    const heldOn = holding.address
    return refuses(String(ASKED), `port ${ASKED} is taken by another program`, { heldOn })
  }
  const misnomer = MISNOMERS.find(({ scenario }) => scenario === id)
  if (misnomer === undefined) return null
  const port = misnomer.spell(ASKED)
  return refuses(port, `PORT is "${port}", which is no port`)
}
