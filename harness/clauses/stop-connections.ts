import type { ClauseId } from '../contract/catalogue.ts'
import type { StopSignal } from '../contract/contract.ts'
import { eventsOf } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { blocked, type Clause, pass, skipped } from './clause.ts'
import { judgeCleanEnd, stopTimeMs } from './clean-end.ts'
import { firstBrokenStop, holdingSignals, NO_SIGNAL, SIGNAL_CLAUSES, withoutSignals } from './stop-signals.ts'

/** A stop while connections are open that nobody uses: clean all the same, on each signal on which a plain stop is. */
function withOpenConnections(id: ClauseId & `stop/${string}-connections`): Clause {
  const scenarioFor = (signal: StopSignal) => `${id.slice('stop/'.length)}-${signal.toLowerCase()}`
  return {
    id,
    scenarios: [scenarioFor('SIGTERM'), scenarioFor('SIGINT')],
    ...(id === 'stop/idle-connections' ? { asks: 'http' as const } : {}),
    needs: Object.values(SIGNAL_CLAUSES),
    unplanned: NO_SIGNAL,
    judge(input) {
      const { contract, livesOf } = input
      const nothing = withoutSignals(input)
      if (nothing !== null) return nothing
      const judged = holdingSignals(input).filter(signal => livesOf(scenarioFor(signal)).length > 0)
      if (judged.length === 0) return blocked(firstBrokenStop(input))
      const lives = judged.flatMap(signal => livesOf(scenarioFor(signal)))
      if (!lives.some(holdsConnection)) return skipped(`no connection could be held open${whyNot(lives)}`)
      const times: number[] = []
      for (const signal of judged) {
        for (const life of livesOf(scenarioFor(signal))) {
          const finding = judgeCleanEnd(life, signal, contract)
          if (finding !== null) return finding
          times.push(stopTimeMs(life))
        }
      }
      return pass(`clean after ${duration(Math.max(...times))}`)
    },
  }
}

function holdsConnection(life: LifeRecording): boolean {
  return eventsOf(life, 'held-open').some(({ error }) => error === null)
}

function whyNot(lives: readonly LifeRecording[]): string {
  const [refused] = lives.flatMap(life => eventsOf(life, 'held-open'))
  return refused?.error == null ? '' : `: ${refused.error}`
}

export const connectionClauses: readonly Clause[] = [
  withOpenConnections('stop/idle-connections'),
  withOpenConnections('stop/silent-connections'),
]
