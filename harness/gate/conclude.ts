import type { ClauseId } from '../contract/catalogue.ts'
import type { Evidence } from '../recording/evidence.ts'
import { firstDemand } from '../recording/query.ts'
import { groupByBlocker } from './blockades.ts'
import type { ClauseResult } from './clause-result.ts'
import type { Verdict } from './verdict.ts'

/** What a verdict comes down to, for whoever wants to know why one binary does not work. */
export interface Conclusion {
  /** What to mend first; null where nothing failed. */
  readonly main: ClauseResult | null
  /** What could not be judged because of it. */
  readonly blocked: readonly ClauseId[]
  /** What failed beside it, the gravest first. */
  readonly others: readonly ClauseResult[]
}

/**
 * Chooses among all that failed: what keeps most others from being judged is at the root of more than what keeps none,
 * and a must weighs more than a should. Of two alike the one that the catalogue has first: it is in the order of a life.
 */
export function conclude({ clauses }: Pick<Verdict, 'clauses'>): Conclusion {
  const blockedBy = new Map(groupByBlocker(clauses).map(({ blocker, blocked }) => [blocker, blocked]))
  const weightOf = (clause: ClauseResult) => blockedBy.get(clause)?.length ?? 0
  const [main = null, ...others] = clauses
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .toSorted((a, b) => rankOf(a) - rankOf(b) || weightOf(b) - weightOf(a))
  const blocked = main === null ? [] : (blockedBy.get(main) ?? [])
  return { main, blocked: blocked.map(({ id }) => id), others }
}

function rankOf({ outcome, diagnosis }: ClauseResult): number {
  // Of two failures the one that somebody has met before says more.
  return (outcome === 'fail' ? 0 : 2) + (diagnosis === null ? 1 : 0)
}

const SIGNALS: readonly string[] = ['SIGTERM', 'SIGINT', 'SIGHUP']

/**
 * The same evidence where a person has stopped the first life by another signal than its scenario would have: it is
 * judged as a life of that signal's scenario.
 */
export function asItWasStopped(evidence: Evidence): Evidence {
  const [baseline] = evidence.plan.scenarios
  const life = evidence.lives.find(({ scenario }) => scenario === baseline?.id)
  const demand = life === undefined ? null : firstDemand(life)
  if (baseline === undefined || demand?.type !== 'signal' || !SIGNALS.includes(demand.signal)) return evidence
  const id = `stop-${demand.signal.toLowerCase()}`
  if (id === baseline.id) return evidence
  const others = evidence.plan.scenarios.filter(scenario => scenario !== baseline && scenario.id !== id)
  return {
    ...evidence,
    plan: { ...evidence.plan, scenarios: [{ ...baseline, id }, ...others] },
    lives: evidence.lives.map(each => (each.scenario === baseline.id ? { ...each, scenario: id } : each)),
  }
}
