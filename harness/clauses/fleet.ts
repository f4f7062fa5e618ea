import type { StopSignal } from '../contract/contract.ts'
import { eventsOf, firstEvent, isReady, sinceLaunch } from '../recording/query.ts'
import { duration } from '../text/duration.ts'
import { placeOf } from './announced.ts'
import { blocked, type Clause, fail, type JudgeInput, pass } from './clause.ts'
import { judgeCleanEnd, stopTimeMs } from './clean-end.ts'
import { checksOf, judgeServing } from './serving.ts'
import { firstBrokenStop, holdingSignals, NO_SIGNAL, SIGNAL_CLAUSES, withoutSignals } from './stop-signals.ts'
import { unreadyAtMs, whyNotReady } from './words.ts'

const FLEETS = ['fleet-sigterm', 'fleet-sigint']
const fleetOf = (signal: StopSignal) => `fleet-${signal.toLowerCase()}`

const readyTogether: Clause = {
  id: 'fleet/ready-together',
  scenarios: FLEETS,
  unplanned: NO_SIGNAL,
  judge({ contract, livesOf }) {
    const expected = `${contract.fleet.instances} instances started at once are all ready, each on its own port`
    for (const lives of FLEETS.map(livesOf)) {
      const unready = lives.find(life => !isReady(life))
      if (unready !== undefined) {
        const count = lives.filter(isReady).length
        return fail(
          expected,
          `${count} of ${lives.length} were; ${unready.id} was not: ${whyNotReady(unready)}`,
          {
            life: unready,
            atMs: unreadyAtMs(unready),
          },
        )
      }
      const places = new Map<string, string>()
      for (const life of lives) {
        const announced = firstEvent(life, 'announcement')
        if (announced === null) continue
        const place = placeOf(announced)
        const other = places.get(place)
        if (other !== undefined) {
          return fail(expected, `${other} and ${life.id} both announced ${place}`, {
            life,
            atMs: announced.atMs,
          })
        }
        places.set(place, life.id)
      }
    }
    return pass(`all ${contract.fleet.instances}`)
  },
}

const independentStop: Clause = {
  id: 'fleet/independent-stop',
  scenarios: FLEETS,
  unplanned: NO_SIGNAL,
  needs: Object.values(SIGNAL_CLAUSES),
  judge(input) {
    const { contract, livesOf } = input
    const signals = judgedSignals(input)
    if (signals.length === 0) return blocked(firstBrokenStop(input))
    for (const signal of signals) {
      const [stopped, ...others] = livesOf(fleetOf(signal))
      for (const life of others) {
        const expected = `it goes on serving after ${stopped?.id} was stopped by ${signal}`
        const finding = judgeServing(life, expected, contract)
        if (finding !== null) return finding
      }
    }
    return pass('the others answered')
  },
}

const cleanExit: Clause = {
  id: 'fleet/clean-exit',
  scenarios: FLEETS,
  unplanned: NO_SIGNAL,
  needs: Object.values(SIGNAL_CLAUSES),
  judge(input) {
    const { contract, livesOf, holds } = input
    const signals = judgedSignals(input)
    if (signals.length === 0) return blocked(firstBrokenStop(input))
    if (!holds('fleet/independent-stop')) return blocked('fleet/independent-stop')
    const times: number[] = []
    for (const signal of signals) {
      for (const life of livesOf(fleetOf(signal))) {
        const finding = judgeCleanEnd(life, signal, contract)
        if (finding !== null) return finding
        times.push(stopTimeMs(life))
      }
    }
    return pass(`all clean after ${duration(Math.max(...times))}, on ${signals.join(' and ')}`)
  },
}

const CRASH = 'fleet-crash'

const independentCrash: Clause = {
  id: 'fleet/independent-crash',
  scenarios: [CRASH],
  judge({ contract, livesOf }) {
    const [victim, witness, successor] = livesOf(CRASH)
    if (victim === undefined || witness === undefined || !isReady(victim) || !isReady(witness)) {
      return blocked('fleet/ready-together')
    }
    const serves = `it goes on serving after ${victim.id}, in the same home, was killed outright`
    const finding = judgeServing(witness, serves, contract)
    if (finding !== null) return finding
    if (successor === undefined || !isReady(successor)) {
      const life = successor ?? witness
      return fail(
        `a new one becomes ready in the home of ${victim.id}, which was killed outright`,
        successor === undefined ? 'it was never launched' : whyNotReady(successor),
        { life, atMs: unreadyAtMs(life) },
      )
    }
    return pass('the other one answered, and a new one became ready')
  },
}

const RESTARTS = 'restarts'

const restarts: Clause = {
  id: 'fleet/restarts',
  scenarios: [RESTARTS],
  needs: Object.values(SIGNAL_CLAUSES),
  judge(input) {
    const { contract, livesOf } = input
    const times = contract.fleet.restarts
    const signals = holdingSignals(input)
    if (signals.length === 0) return withoutSignals(input) ?? blocked(firstBrokenStop(input))
    const lives = livesOf(RESTARTS)
    for (const [index, life] of lives.entries()) {
      if (!isReady(life)) {
        return fail(
          `each of ${times} starts in one home is ready`,
          `start ${index + 1} was not: ${whyNotReady(life)}`,
          { life, atMs: unreadyAtMs(life) },
        )
      }
      const sent = eventsOf(life, 'signal')[0]?.signal
      const signal = signals.find(held => held === sent)
      const finding = signal === undefined ? null : judgeCleanEnd(life, signal, contract)
      if (finding !== null) return finding
    }
    if (lives.length < times) return blocked(firstBrokenStop(input))
    const starts = lives.flatMap(life => eventsOf(life, 'ready').map(({ atMs }) => sinceLaunch(life, atMs)))
    return pass(
      `${times} times, ready after ${duration(Math.min(...starts))} to ${duration(Math.max(...starts))}`,
    )
  },
}

/** Signals on which a plain stop was clean, and of which a fleet was recorded that got as far as being stopped. */
function judgedSignals(input: JudgeInput): readonly StopSignal[] {
  return holdingSignals(input).filter(signal =>
    input.livesOf(fleetOf(signal)).some(life => checksOf(life).length > 0),
  )
}

export const fleetClauses: readonly Clause[] = [
  readyTogether,
  independentStop,
  independentCrash,
  cleanExit,
  restarts,
]
