import type { ClauseId } from '../contract/catalogue.ts'
import type { StopSignal } from '../contract/contract.ts'
import { firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { BASELINE_LIFE, blocked, type Clause, fail, type JudgeInput, pass, skipped } from './clause.ts'
import { judgeCleanEnd, stopTimeMs } from './clean-end.ts'

export const SIGNAL_CLAUSES: Record<StopSignal, ClauseId> = { SIGTERM: 'stop/sigterm', SIGINT: 'stop/sigint' }

function onSignal(signal: StopSignal): Clause {
  const scenario = `stop-${signal.toLowerCase()}`
  return {
    id: SIGNAL_CLAUSES[signal],
    scenarios: [scenario],
    judge({ contract, livesOf }) {
      const lives = livesOf(scenario)
      for (const life of lives) {
        const finding = judgeCleanEnd(life, signal, contract)
        if (finding !== null) return finding
      }
      const [life] = lives
      return pass(life === undefined ? 'clean' : `${describeEnd(life)} after ${duration(stopTimeMs(life))}`)
    },
  }
}

const silentConnections: Clause = {
  id: 'stop/silent-connections',
  scenarios: ['silent-connections-sigterm', 'silent-connections-sigint'],
  needs: Object.values(SIGNAL_CLAUSES),
  judge(input) {
    const { contract, livesOf } = input
    const livesFor = (signal: StopSignal) => livesOf(`silent-connections-${signal.toLowerCase()}`)
    const judged = holdingSignals(input).filter(signal => livesFor(signal).length > 0)
    if (judged.length === 0) return blocked(firstBrokenStop(input))
    const times: number[] = []
    for (const signal of judged) {
      for (const life of livesFor(signal)) {
        const finding = judgeCleanEnd(life, signal, contract)
        if (finding !== null) return finding
        times.push(stopTimeMs(life))
      }
    }
    return pass(`clean after ${duration(Math.max(...times))}`)
  },
}

const freesPort: Clause = {
  id: 'stop/frees-port',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const lives = endedByThemselves(input)
    if (lives.length === 0) return blocked(firstBrokenStop(input))
    const expected =
      'once it has exited nothing of its tree listens on its port, and the port can be bound again'
    let taken: string | null = null
    for (const life of lives) {
      const after = firstEvent(life, 'port-freed')
      if (after === null || after.free) continue
      const own = new Set((firstEvent(life, 'leftovers')?.processes ?? []).map(({ pid }) => pid))
      const holder = after.holders.find(({ pid }) => own.has(pid))
      if (holder !== undefined) {
        const who = `process ${holder.pid}, which it left behind`
        return fail(expected, `${who}, listens on ${holder.address}:${after.port}`, {
          life,
          atMs: after.atMs,
        })
      }
      if (after.holders.length === 0) {
        return fail(expected, `port ${after.port} could not be bound again: ${after.error}`, {
          life,
          atMs: after.atMs,
        })
      }
      taken = `port ${after.port} was taken at once by another program (process ${after.holders[0]?.pid})`
    }
    return taken !== null && lives.length === 1 ? skipped(taken) : pass('bound again at once')
  },
}

const noOrphans: Clause = {
  id: 'stop/no-orphans',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const lives = endedByThemselves(input)
    if (lives.length === 0) return blocked(firstBrokenStop(input))
    for (const life of lives) {
      const leftovers = firstEvent(life, 'leftovers')
      const failure = firstEvent(life, 'lookup-failed')
      if (leftovers === null)
        return skipped(`what was left could not be seen: ${failure?.message ?? 'no look'}`)
      if (leftovers.processes.length > 0) {
        const who = leftovers.processes.map(({ pid, command }) => `${pid} (${printable(command)})`).join(', ')
        return fail('once it has exited no process that it started is left', `still alive: ${who}`, {
          life,
          atMs: leftovers.atMs,
        })
      }
    }
    return pass('nothing left')
  },
}

/** Signals on which a plain stop was clean: with these, what else goes wrong has another cause. */
export function holdingSignals({ contract, holds }: JudgeInput): readonly StopSignal[] {
  return contract.stop.signals.filter(signal => holds(SIGNAL_CLAUSES[signal]))
}

/** Lives whose leader exited without being killed by the harness: only these leave something behind themselves. */
function endedByThemselves({ readyLives }: JudgeInput): readonly LifeRecording[] {
  return readyLives.filter(life => firstEvent(life, 'exit') !== null && firstEvent(life, 'killed') === null)
}

/** The stop clause that keeps others from being judged. */
export function firstBrokenStop({ contract, holds }: JudgeInput): ClauseId {
  const broken = contract.stop.signals.find(signal => !holds(SIGNAL_CLAUSES[signal]))
  return SIGNAL_CLAUSES[broken ?? 'SIGTERM']
}

function describeEnd(life: LifeRecording): string {
  const exit = firstEvent(life, 'exit')
  return exit?.signal !== null && exit !== null ? `death by ${exit.signal}` : `exit ${exit?.code}`
}

export const stopClauses: readonly Clause[] = [
  onSignal('SIGTERM'),
  onSignal('SIGINT'),
  silentConnections,
  freesPort,
  noOrphans,
]
