import type { StopSignal } from '../contract/contract.ts'
import { eventsOf, exitedByItself, firstEvent, isReady } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { blocked, type Clause, fail, type JudgeInput, pass } from './clause.ts'
import { judgeCleanEnd, stopTimeMs } from './clean-end.ts'
import { firstBrokenStop, holdingSignals, SIGNAL_CLAUSES } from './stop.ts'
import { ending, lastWords, unreadyAtMs, whyNotReady } from './words.ts'

const FLEETS = ['fleet-sigterm', 'fleet-sigint']
const fleetOf = (signal: StopSignal) => `fleet-${signal.toLowerCase()}`

const readyTogether: Clause = {
  id: 'fleet/ready-together',
  scenarios: FLEETS,
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
      const ports = new Map<number, string>()
      for (const life of lives) {
        const announced = firstEvent(life, 'announcement')
        if (announced === null) continue
        const other = ports.get(announced.port)
        if (other !== undefined) {
          return fail(expected, `${other} and ${life.id} both announced port ${announced.port}`, {
            life,
            atMs: announced.atMs,
          })
        }
        ports.set(announced.port, life.id)
      }
    }
    return pass(`all ${contract.fleet.instances}`)
  },
}

const independentStop: Clause = {
  id: 'fleet/independent-stop',
  scenarios: FLEETS,
  needs: Object.values(SIGNAL_CLAUSES),
  judge(input) {
    const { contract, livesOf } = input
    const signals = judgedSignals(input)
    if (signals.length === 0) return blocked(firstBrokenStop(input))
    for (const signal of signals) {
      const [stopped, ...others] = livesOf(fleetOf(signal))
      for (const life of others) {
        const expected = `it goes on serving after ${stopped?.id} was stopped by ${signal}`
        const gone = exitedByItself(life)
        if (gone !== null) {
          return fail(expected, `${ending(life)}; ${lastWords(life, 'stderr')}`, { life, atMs: gone.atMs })
        }
        const checks = new Set(checksOf(life).map(({ request }) => request))
        const failure = eventsOf(life, 'request-failed').find(({ request }) => checks.has(request))
        if (failure !== undefined) {
          return fail(expected, `a request to it failed: ${failure.message}`, { life, atMs: failure.atMs })
        }
        const wrong = eventsOf(life, 'response').find(
          ({ request, status }) => checks.has(request) && status !== contract.health.status,
        )
        if (wrong !== undefined) {
          return fail(expected, `it answered with ${wrong.status}`, { life, atMs: wrong.atMs })
        }
      }
    }
    return pass('the others answered')
  },
}

const cleanExit: Clause = {
  id: 'fleet/clean-exit',
  scenarios: FLEETS,
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

/** Signals on which a plain stop was clean, and of which a fleet was recorded that got as far as being stopped. */
function judgedSignals(input: JudgeInput): readonly StopSignal[] {
  return holdingSignals(input).filter(signal =>
    input.livesOf(fleetOf(signal)).some(life => checksOf(life).length > 0),
  )
}

/** The requests by which it was seen whether an instance still serves, after another had been stopped. */
function checksOf(life: LifeRecording): EventOf<'request'>[] {
  return eventsOf(life, 'request').filter(({ purpose }) => purpose === 'check')
}

export const fleetClauses: readonly Clause[] = [readyTogether, independentStop, cleanExit]
