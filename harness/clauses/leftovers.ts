import type { ProcessInfo } from '../host/host.ts'
import { endedByItself, eventsOf, firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
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
import { firstBrokenStop, withoutSignals } from './stop-signals.ts'

const freesPort: Clause = {
  id: 'stop/frees-port',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const lives = endedThemselves(input)
    if (lives.length === 0) return withoutSignals(input) ?? blocked(firstBrokenStop(input))
    const expected =
      'once it has exited nothing of its tree listens on its port, and the port can be bound again'
    if (lives.every(life => firstEvent(life, 'announcement')?.port === null)) {
      return skipped('it had no port: it serves on a socket of the file system')
    }
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
    const lives = endedThemselves(input)
    if (lives.length === 0) return withoutSignals(input) ?? blocked(firstBrokenStop(input))
    for (const life of lives) {
      const leftovers = firstEvent(life, 'leftovers')
      if (leftovers === null || leftovers.processes.length === 0) continue
      const observed = `still alive: ${describeProcesses(leftovers.processes)}`
      return fail('once it has exited no process that it started is left', observed, {
        life,
        atMs: leftovers.atMs,
      })
    }
    const unseen = lives.filter(life => firstEvent(life, 'leftovers') === null)
    return unseen.length > 0 ? notSeen(unseen) : pass(nothingLeft(input))
  },
}

/** `777 (python3), 778 (worker)`: safe to print. */
export function describeProcesses(processes: readonly ProcessInfo[]): string {
  return processes.map(({ pid, command }) => `${pid} (${printable(command)})`).join(', ')
}

/** What can be said where nothing was found: some systems show less than others. */
export function nothingLeft({ host }: JudgeInput): string {
  return host.kind === 'linux'
    ? 'nothing left'
    : 'nothing left in its group, nor among its children (who left both cannot be seen on this system)'
}

/** Where nobody could look nothing was found, and that is no proof that nothing was there. */
export function notSeen(lives: readonly LifeRecording[]): Finding {
  const [failure] = lives.flatMap(life => eventsOf(life, 'lookup-failed'))
  return skipped(`what was left could not be seen: ${failure?.message ?? 'no look'}`)
}

/**
 * Lives whose leader exited without being killed by the harness: only these leave something behind themselves. On
 * Windows every signal kills.
 */
function endedThemselves({ readyLives, host }: JudgeInput): readonly LifeRecording[] {
  return readyLives.filter(
    life => endedByItself(life) && !(host.kind === 'windows' && eventsOf(life, 'signal').length > 0),
  )
}

export const leftoverClauses: readonly Clause[] = [freesPort, noOrphans]
