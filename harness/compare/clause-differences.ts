import type { ClauseId } from '../contract/catalogue.ts'
import type { ClauseResult, Outcome } from '../gate/verdict.ts'
import type { Difference, DifferenceKind } from './differences.ts'
import type { Snapshot } from './snapshot.ts'

/** Whether it holds: of what could not be judged nobody knows. */
function holds(outcome: Outcome): boolean | null {
  if (outcome === 'pass') return true
  return outcome === 'skipped' || outcome === 'blocked' ? null : false
}

/** Clauses that hold on one side and are broken on the other: worth another look, or one gate would decide. */
export function flippedClauses(old: Snapshot, now: Snapshot): readonly ClauseId[] {
  return bothSides(old, now)
    .filter(([before, after]) => {
      const [was, is] = [holds(before.outcome), holds(after.outcome)]
      return was !== null && is !== null && was !== is
    })
    .map(([{ id }]) => id)
}

/** What holds no more, and what does now. */
export function compareClauses(old: Snapshot, now: Snapshot): readonly Difference[] {
  const changed = bothSides(old, now).filter(([before, after]) => before.outcome !== after.outcome)
  const own = changed.filter(([before, after]) => isToldAlone(before, after))
  const single = own.map(([before, after]) => compareOne(before, after, old, now))
  const rest = changed.filter(pair => !own.includes(pair))
  // A root cause blocks five dozen others: one sentence for all of them.
  const groups = Map.groupBy(rest, ([before, after]) => `${groupOf(before)}/${groupOf(after)}`)
  return [...single, ...[...groups.values()].map(compareGroup)]
}

function bothSides(old: Snapshot, now: Snapshot): readonly (readonly [ClauseResult, ClauseResult])[] {
  const byId = new Map(now.clauses.map(clause => [clause.id, clause]))
  return old.clauses.flatMap(before => {
    const after = byId.get(before.id)
    return after === undefined ? [] : [[before, after] as const]
  })
}

function isToldAlone(before: ClauseResult, after: ClauseResult): boolean {
  return holds(before.outcome) !== null && holds(after.outcome) !== null
}

function groupOf({ outcome, blockedBy, reason }: ClauseResult): string {
  if (outcome === 'blocked') return `blocked by ${blockedBy}`
  return outcome === 'skipped' ? `skipped: ${reason}` : outcome
}

function compareOne(before: ClauseResult, after: ClauseResult, old: Snapshot, now: Snapshot): Difference {
  const { id, promise } = after
  const outcomes = { old: all(before, old), now: all(after, now) }
  const base = {
    topic: 'clauses' as const,
    subject: id,
    old: before.outcome,
    new: after.outcome,
    clauses: [id],
  }
  const isSteady = [outcomes.old, outcomes.now].every(those => new Set(those.map(holds)).size === 1)
  if (!isSteady) {
    const counts = `it held in ${times(outcomes.old)} of the old one, and in ${times(outcomes.now)} of the new one`
    return { ...base, kind: 'change', sentence: `${id} comes and goes: ${counts}` }
  }
  const kind: DifferenceKind =
    before.outcome === 'pass' ? 'regression' : after.outcome === 'pass' ? 'improvement' : 'change'
  const why = after.outcome === 'pass' ? promise : `${after.observed}`
  return { ...base, kind, sentence: `${id}: ${before.outcome} → ${after.outcome}: ${why}` }
}

function all({ id, outcome }: ClauseResult, { further }: Snapshot): readonly Outcome[] {
  return [outcome, ...(further.get(id) ?? [])]
}

function times(outcomes: readonly Outcome[]): string {
  return `${outcomes.filter(outcome => holds(outcome) === true).length} of ${outcomes.length} gates`
}

function compareGroup(pairs: readonly (readonly [ClauseResult, ClauseResult])[]): Difference {
  const [first] = pairs
  if (first === undefined) throw new RangeError('A group of no clauses differs in nothing.')
  const [before, after] = first
  const clauses = pairs.map(([{ id }]) => id)
  const [was, is] = [groupOf(before), groupOf(after)]
  const kind: DifferenceKind =
    before.outcome === 'pass' && after.outcome === 'blocked'
      ? 'regression'
      : before.outcome === 'blocked' && after.outcome === 'pass'
        ? 'improvement'
        : 'change'
  const subject = clauses.length === 1 ? (clauses[0] ?? '') : `${clauses.length} clauses`
  return {
    ...{ kind, topic: 'clauses', subject, old: was, new: is, clauses },
    sentence: `${subject}: ${was} → ${is}`,
  }
}
