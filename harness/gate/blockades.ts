// Not beside what makes results: a face that only groups them would load every known failure for it.
import type { ClauseResult } from './clause-result.ts'

export interface Blockade {
  /** What is not blocked itself: mend this one first. */
  readonly blocker: ClauseResult
  readonly blocked: readonly ClauseResult[]
}

/** All that is blocked, by what is at the root of it. Those that block most come first. */
export function groupByBlocker(clauses: readonly ClauseResult[]): readonly Blockade[] {
  const byId = new Map(clauses.map(clause => [clause.id, clause]))
  const rootOf = (clause: ClauseResult): ClauseResult => {
    const blocker = clause.blockedBy === null ? undefined : byId.get(clause.blockedBy)
    return blocker === undefined ? clause : rootOf(blocker)
  }
  const blocked = clauses.filter(({ outcome }) => outcome === 'blocked')
  return [...Map.groupBy(blocked, rootOf)]
    .map(([blocker, those]) => ({ blocker, blocked: those }))
    .sort((a, b) => b.blocked.length - a.blocked.length)
}
