import type { ClauseId } from '../contract/catalogue.ts'
import { eventsOf, exitedByItself, firstEvent, isReady, linesOf } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import type { Clause, Finding, JudgeInput } from './clause.ts'

/**
 * Why a sidecar never became ready, by the first of these that fails. Everything else is blocked by it: sixty
 * red lines for one missing newline would hide the one that says what to mend.
 */
const IN_THIS_ORDER: readonly ClauseId[] = [
  'announce/on-stdout',
  'announce/well-formed',
  'announce/flushed',
  'announce/listening-first',
  'announce/own-port',
  // It listens on the port that it announced, and not at the address: on ::1 alone, say.
  'net/ipv4-reachable',
  'health/ready-at-announcement',
]

/**
 * Whether kinder conditions could make a difference: it ended, or there was neither a listener nor anything like an
 * announcement. What can be seen (a line on the other stream, one nearly right, a server that says nothing) has
 * its explanation already.
 */
export function conditionsMayCure(life: LifeRecording): boolean {
  if (isReady(life) || firstEvent(life, 'tree-burst') !== null || outgrew(life)) return false
  if (gaveUp(life)) return true
  const listens = eventsOf(life, 'listeners').some(({ listeners }) => listeners.length > 0)
  const spoke =
    linesOf(life, 'announcement').length > 0 ||
    linesOf(life, 'near-miss').length > 0 ||
    linesOf(life, 'announcement', 'stderr').length > 0
  return !listens && !spoke
}

/** It could not be launched, or ended before its time was over: what is asked of it after that is no start. */
function gaveUp(life: LifeRecording): boolean {
  const exit = exitedByItself(life)
  const late = firstEvent(life, 'deadline')
  const wasInTime = exit !== null && (late === null || exit.atMs < late.atMs)
  return wasInTime || firstEvent(life, 'launch-failed') !== null
}

/** It was ended for the memory that it took: what is not seen of it after that is no fault of its own. */
export function outgrew(life: LifeRecording): boolean {
  return firstEvent(life, 'memory-burst') !== null
}

export interface RootCause {
  readonly clause: ClauseId
  readonly finding: Finding
}

/**
 * The clause that says why nothing else can be judged, or null when the sidecar came up. An answer from a port
 * that is not its own is no sign of life: it is somebody else's.
 */
export function findRootCause(
  baseline: LifeRecording,
  input: JudgeInput,
  clauses: ReadonlyMap<ClauseId, Clause>,
): RootCause | null {
  const judge = (id: ClauseId): RootCause | null => {
    const finding = clauses.get(id)?.judge(input)
    return finding?.outcome === 'fail' ? { clause: id, finding } : null
  }
  if (outgrew(baseline)) return judge('resources/memory')
  if (isReady(baseline)) {
    const cause = judge('announce/own-port')
    return cause?.finding.outcome === 'fail' && cause.finding.seen?.life === baseline.id ? cause : null
  }
  const burst = judge('start/bounded-tree')
  if (burst !== null) return burst
  const causes = gaveUp(baseline) ? [] : IN_THIS_ORDER
  for (const id of causes) {
    const cause = judge(id)
    if (cause !== null) return cause
  }
  return judge('start/within-budget')
}
