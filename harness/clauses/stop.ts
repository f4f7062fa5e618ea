import type { StopSignal } from '../contract/contract.ts'
import { firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { type Clause, pass, skipped } from './clause.ts'
import { judgeCleanEnd, stopTimeMs } from './clean-end.ts'
import { leftoverClauses } from './leftovers.ts'
import { abruptClauses } from './stop-abrupt.ts'
import { connectionClauses } from './stop-connections.ts'
import { nameOf } from './stop-demand.ts'
import { inFlight } from './stop-in-flight.ts'
import { repeatedSignal } from './stop-repeated.ts'
import { SIGNAL_CLAUSES, withoutSignals } from './stop-signals.ts'
import { duringStartup } from './stop-startup.ts'

function onSignal(signal: StopSignal): Clause {
  const scenario = `stop-${signal.toLowerCase()}`
  return {
    id: SIGNAL_CLAUSES[signal],
    scenarios: [scenario],
    unplanned: 'the contract names no such way of stopping',
    judge(input) {
      const nothing = withoutSignals(input)
      if (nothing !== null) return nothing
      const lives = input.livesOf(scenario)
      for (const life of lives) {
        const finding = judgeCleanEnd(life, signal, input.contract)
        if (finding !== null) return finding
      }
      const [life] = lives
      return pass(life === undefined ? 'clean' : `${describeEnd(life)} after ${duration(stopTimeMs(life))}`)
    },
  }
}

const requested: Clause = {
  id: 'stop/requested',
  scenarios: ['requested'],
  unplanned: 'the contract names no way of stopping beside signals (stop.requests)',
  judge({ contract, livesOf }) {
    const ends: string[] = []
    for (const life of livesOf('requested')) {
      const way = contract.stop.requests[life.instance - 1]
      if (way === undefined) continue
      const finding = judgeCleanEnd(life, way, contract)
      if (finding !== null) return finding
      ends.push(`${describeEnd(life)} ${duration(stopTimeMs(life, way))} after ${nameOf(way)}`)
    }
    return ends.length < contract.stop.requests.length
      ? skipped('interrupted before each of them had been tried')
      : pass(ends.join('; '))
  },
}

const hangup: Clause = {
  id: 'stop/hangup',
  scenarios: ['stop-sighup'],
  judge(input) {
    const nothing = withoutSignals(input)
    if (nothing !== null) return nothing
    const [life] = input.livesOf('stop-sighup')
    if (life === undefined) return skipped('no life was recorded')
    return (
      judgeCleanEnd(life, 'SIGHUP', input.contract) ??
      pass(`${describeEnd(life)} after ${duration(stopTimeMs(life))}`)
    )
  },
}

function describeEnd(life: LifeRecording): string {
  const exit = firstEvent(life, 'exit')
  return exit?.signal !== null && exit !== null ? `death by ${exit.signal}` : `exit ${exit?.code}`
}

export const stopClauses: readonly Clause[] = [
  onSignal('SIGTERM'),
  onSignal('SIGINT'),
  requested,
  ...connectionClauses,
  inFlight,
  repeatedSignal,
  duringStartup,
  ...leftoverClauses,
  ...abruptClauses,
  hangup,
]
