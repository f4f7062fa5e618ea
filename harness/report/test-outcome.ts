import type { ClauseId } from '../contract/catalogue.ts'
import { groupByBlocker } from '../gate/blockades.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import type { Verdict } from '../gate/verdict.ts'
import { explainFailure } from './explain.ts'

/** What becomes of the test that stands for a clause. */
export type TestOutcome =
  | { readonly kind: 'pass'; readonly note: string | null; readonly isWarning: boolean }
  | { readonly kind: 'fail'; readonly message: string }
  | { readonly kind: 'skip'; readonly reason: string }

/** A verdict, clause by clause, in the words of a test runner. `selected` are the clauses that have tests in this run. */
export function testOutcome(
  clause: ClauseResult,
  { clauses, strict, staleWaivers, unproven }: Verdict,
  selected: ReadonlySet<ClauseId>,
  /** How a failure is told: with the sidecar's last lines, unless somebody else tells those. */
  explain: (clause: ClauseResult) => string = explainFailure,
): TestOutcome {
  switch (clause.outcome) {
    case 'fail':
      return { kind: 'fail', message: explain(clause) }
    case 'warn':
      return strict
        ? { kind: 'fail', message: explain(clause) }
        : { kind: 'pass', note: explainFailure(clause), isWarning: true }
    case 'waived':
      return { kind: 'skip', reason: `waived: ${clause.reason}` }
    case 'skipped':
      return { kind: 'skip', reason: clause.reason ?? '' }
    case 'blocked': {
      const blocker = groupByBlocker(clauses).find(({ blocked }) => blocked.includes(clause))?.blocker
      if (blocker === undefined) return { kind: 'skip', reason: `blocked by ${clause.blockedBy}` }
      if (unproven.includes(clause.id)) return { kind: 'fail', message: explainUnproven(clause, blocker) }
      // Nobody else tells of a blocker whose own test was not selected, and the run would be green.
      if (blocker.outcome === 'fail' && !selected.has(blocker.id)) {
        return { kind: 'fail', message: explain(blocker) }
      }
      return { kind: 'skip', reason: `blocked by ${blocker.id}` }
    }
    case 'pass': {
      if (!staleWaivers.includes(clause.id)) return { kind: 'pass', note: clause.observed, isWarning: false }
      const stale = `The waiver of ${clause.id} is stale, because it holds: take it out of \`waive\`.`
      return strict ? { kind: 'fail', message: stale } : { kind: 'pass', note: stale, isWarning: true }
    }
  }
}

/** The same for a report of every clause: whatever blocks another is told of itself. */
export function testOutcomes(verdict: Verdict): readonly (readonly [ClauseResult, TestOutcome])[] {
  const all = new Set(verdict.clauses.map(({ id }) => id))
  return verdict.clauses.map(clause => [clause, testOutcome(clause, verdict, all)])
}

function explainUnproven({ id }: ClauseResult, blocker: ClauseResult): string {
  return `${id} has to hold, no waiver covers it, and it could not be judged because of this:\n${explainFailure(blocker)}`
}
