import { blocked, type Finding, pass } from '../../../harness/clauses/clause.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { enabledClauses } from '../../../harness/contract/levels.ts'
import { addUpRun, type RunVerdict } from '../../../harness/gate/run-verdict.ts'
import { addUp, type GateFacts, reachVerdict, type Verdict } from '../../../harness/gate/verdict.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import type { Script } from '../clauses/recordings.ts'

/** A gate that began at a known time and took 1,234.56789 ms. */
export const FACTS: GateFacts = {
  startedAt: new Date('2026-01-01T00:00:00Z'),
  durationMs: 1234.567_89,
  phases: [
    { name: 'read the file', ms: 34.567_89 },
    { name: 'lives', ms: 1200 },
  ],
  concurrency: 4,
  interrupted: false,
}

/** The verdict of a gate by its judges. */
export function verdictOn(given: Case = {}, facts: Partial<GateFacts> = {}): Verdict {
  return reachVerdict(evidenceOf(given), { ...FACTS, ...facts })
}

export interface Found extends Omit<Case, 'only' | 'clauses'> {
  /** What was found of a clause; what is not named here holds. */
  readonly found?: Readonly<Partial<Record<ClauseId, Finding>>>
  /** What was judged; all that the contract enables where it is left out. */
  readonly clauses?: readonly ClauseId[]
  readonly contract?: ContractInput
  readonly lives?: readonly Script[]
  readonly facts?: Partial<GateFacts>
}

/** The verdict on what is said to have been found, whoever judged it. */
export function verdictFor({ found = {}, facts = {}, clauses, lives = [], ...given }: Found = {}): Verdict {
  const evidence = evidenceOf({ ...given, only: lives })
  const judged = clauses ?? enabledClauses(evidence.contract)
  const judgements = judged.map(id => ({ id, finding: found[id] ?? pass('as promised'), lives: ['one'] }))
  return addUp(judgements, evidence, { ...FACTS, ...facts })
}

/** A run that judged these, and nothing else: it took as long as they did together. */
export function runOf(...sidecars: readonly Verdict[]): RunVerdict {
  const durationMs = sidecars.reduce((sum, verdict) => sum + verdict.durationMs, 0)
  return addUpRun(sidecars, { startedAt: FACTS.startedAt, durationMs, phasesBefore: [] })
}

export const BROKEN: Extract<Finding, { readonly outcome: 'fail' }> = {
  outcome: 'fail',
  expected: 'what was promised',
  observed: 'something else',
  seen: { life: 'stop-sigint', sinceLaunchMs: 55 },
}

/** Blocks these by that one, which did not hold. */
export function blockedBy(by: ClauseId, ids: readonly ClauseId[]): Partial<Record<ClauseId, Finding>> {
  return Object.fromEntries(ids.map(id => [id, blocked(by)]))
}
