import type { ClauseId } from '../contract/catalogue.ts'
import type { StopSignal } from '../contract/contract.ts'
import { eventsOf, firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import {
  BASELINE_LIFE,
  blocked,
  type Clause,
  type Finding,
  fail,
  type JudgeInput,
  pass,
  skipped,
} from './clause.ts'
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
    const lives = judged.flatMap(livesFor)
    const isHeld = (life: LifeRecording) => eventsOf(life, 'held-open').some(({ error }) => error === null)
    if (!lives.some(isHeld)) return skipped('no connection could be held open')
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
    const lives = notKilled(input)
    if (lives.length === 0) return blocked(firstBrokenStop(input))
    const expected =
      'once it has exited nothing of its tree listens on its port, and the port can be bound again'
    const looked = lives.filter(life => firstEvent(life, 'port-freed') !== null)
    if (looked.length === 0) return notSeen(lives)
    let freed = 0
    let note = 'bound again at once'
    let stranger: Finding | null = null
    for (const life of looked) {
      const after = firstEvent(life, 'port-freed')
      if (after === null) continue
      const own = new Set((firstEvent(life, 'leftovers')?.processes ?? []).map(({ pid }) => pid))
      const holder = after.holders.find(({ pid }) => own.has(pid)) ?? after.holders[0]
      if (holder === undefined) {
        // Nobody listens. Where the bind still failed it was the kernel, which keeps the port of a server without
        // SO_REUSEADDR for a minute after its last connection (TIME_WAIT).
        freed++
        if (!after.free) note = 'nobody listens there; the kernel keeps it for a minute (TIME_WAIT)'
        continue
      }
      const who = own.has(holder.pid)
        ? `process ${holder.pid}, which it left behind,`
        : `process ${holder.pid}`
      const finding = fail(expected, `${who} listens on ${holder.address}:${after.port}`, {
        life,
        atMs: after.atMs,
      })
      if (own.has(holder.pid)) return finding
      stranger = finding
    }
    // Another program can be given the port the moment it is free, once. In every life it is no coincidence: the
    // holder has left the tree, with an empty environment, and cannot be seen to belong to it.
    return freed === 0 && stranger !== null ? stranger : pass(note)
  },
}

const noOrphans: Clause = {
  id: 'stop/no-orphans',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const lives = notKilled(input)
    if (lives.length === 0) return blocked(firstBrokenStop(input))
    for (const life of lives) {
      const leftovers = firstEvent(life, 'leftovers')
      if (leftovers === null) return notSeen([life])
      if (leftovers.processes.length > 0) {
        const who = leftovers.processes.map(({ pid, command }) => `${pid} (${printable(command)})`).join(', ')
        return fail('once it has exited no process that it started is left', `still alive: ${who}`, {
          life,
          atMs: leftovers.atMs,
        })
      }
    }
    return pass(
      input.host.kind === 'linux'
        ? 'nothing left'
        : 'nothing left in its group, nor among its children (who left both cannot be seen on this system)',
    )
  },
}

/** Signals on which a plain stop was clean: with these, what else goes wrong has another cause. */
export function holdingSignals({ contract, holds }: JudgeInput): readonly StopSignal[] {
  return contract.stop.signals.filter(signal => holds(SIGNAL_CLAUSES[signal]))
}

/** Lives whose leader exited without being killed by the harness: only these leave something behind themselves. */
function notKilled({ readyLives }: JudgeInput): readonly LifeRecording[] {
  return readyLives.filter(life => firstEvent(life, 'exit') !== null && firstEvent(life, 'killed') === null)
}

/** Where nobody could look nothing was found, and that is no proof that nothing was there. */
function notSeen(lives: readonly LifeRecording[]): Finding {
  const [failure] = lives.flatMap(life => eventsOf(life, 'lookup-failed'))
  return skipped(`what was left could not be seen: ${failure?.message ?? 'no look'}`)
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
