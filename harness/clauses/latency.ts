import { isTailLate, latenciesOf, ownLatenciesOf, slowTailMs, undisturbed } from '../recording/latency.ts'
import { eventsOf, exitedByItself } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { judgeNotReached } from './answering.ts'
import { type Clause, type Finding, fail, pass, skipped } from './clause.ts'
import { ending } from './words.ts'

const LATENCY = 'latency'

/**
 * Apps ask for the health path again and again, and wait for it before they show anything. Lateness can be the
 * machine's as well, so it is the sidecar's only when a program beside it that does nothing else was quick meanwhile.
 */
export const latency: Clause = {
  id: 'health/latency',
  asks: 'http',
  scenarios: [LATENCY],
  needs: ['health/concurrent'],
  judge(input) {
    const { contract, livesOf } = input
    const [life] = livesOf(LATENCY)
    if (life === undefined) return skipped('interrupted before it could be judged')
    const { latencyMs } = contract.budgets
    const volleys = eventsOf(life, 'volley').filter(({ purpose }) => purpose === 'latency')
    // What ends when it is asked over and over is for resources/stays-up to tell.
    if (exitedByItself(life) !== null && volleys.length > 0) {
      return skipped(`${ending(life)} while it was measured`)
    }
    const alone = volleys.filter(({ machineMs }) => machineMs === undefined)
    const beside = volleys.filter(({ machineMs }) => machineMs !== undefined)
    if (alone.length === 0) return judgeNotReached(input, life, ['health/concurrent'])
    const told = describe(latenciesOf(alone))
    if (slowTailMs(latenciesOf(alone)) <= latencyMs) return pass(`${told} (99th percentile)`)
    if (beside.length === 0) return skipped(`${told}, and how quick this machine is could not be measured`)
    return judgeBeside(life, told, beside, latencyMs)
  },
}

function judgeBeside(
  life: LifeRecording,
  told: string,
  beside: readonly EventOf<'volley'>[],
  latencyMs: number,
): Finding {
  const counted = undisturbed(beside, latencyMs)
  const machineMs = Math.max(...counted.map(volley => volley.machineMs ?? 0))
  if (isTailLate(ownLatenciesOf(counted), latencyMs)) {
    return fail(
      `the slow tail of warm probes (99th percentile) is within ${duration(latencyMs)}`,
      `${describe(latenciesOf(counted))}, while a program that does nothing else was never later than ${duration(machineMs)}`,
      { life, atMs: counted.at(-1)?.atMs ?? 0 },
    )
  }
  // More than half of them says enough of the machine: what was late before was not late again.
  if (counted.length * 2 > beside.length) {
    return skipped(`late at first, and not again: ${told}, then ${describe(latenciesOf(counted))}`)
  }
  return skipped(
    `this machine is too busy to tell: ${told}, and beside ${beside.length - counted.length} of ${beside.length} more a program that does nothing else was late as well`,
  )
}

/** `0.8 ms in 100 probes`. */
function describe(latenciesMs: readonly number[]): string {
  const tailMs = slowTailMs(latenciesMs)
  const told = Number.isFinite(tailMs) ? duration(tailMs) : 'no answer'
  return `${told} in ${latenciesMs.length} ${latenciesMs.length === 1 ? 'probe' : 'probes'}`
}
