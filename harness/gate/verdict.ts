import type { ArtifactDescription } from '../artifact/description.ts'
import { type BundleFinding, judgeBundle } from '../bundle/judge.ts'
import { type Judgement, judge } from '../clauses/judge.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import type { ChosenBy, GateFacts, Phase } from '../recording/facts.ts'
import { groupByBlocker } from './blockades.ts'
import { type ClauseResult, type Outcome, toResult } from './clause-result.ts'
import { type LifeSummary, summariseLife } from './life-summary.ts'

export type { ChosenBy, GateFacts, Phase } from '../recording/facts.ts'
export type { ClauseResult, Outcome } from './clause-result.ts'

/** What the gate found: the data that every report is drawn from. */
export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'error' | 'interrupted'
  /** Warnings and stale waivers fail it, too. */
  readonly strict: boolean
  /** What the contract's times were multiplied by. */
  readonly timeScale: number
  readonly contract: {
    readonly name: string
    readonly file: string | null
    /** That file holds others beside it. */
    readonly oneOfSeveral: boolean
    /** What was found in the app's own files, beside what is judged. */
    readonly notes: readonly string[]
  }
  readonly host: HostDescription
  /** Who said which file it is: the contract, the environment (SIDECAR_BINARY), or whoever called. */
  readonly chosenBy: ChosenBy
  readonly artifact: ArtifactDescription
  /** What was found in an unpacked bundle, where one was looked into: a copy that is not what was tested fails the gate. */
  readonly bundle: BundleFinding | null
  /** The target triple that it was judged for, by its file alone; null for this machine's. */
  readonly target: string | null
  readonly startedAt: string
  readonly durationMs: number
  readonly phases: readonly Phase[]
  readonly summary: Readonly<Record<Outcome, number>>
  readonly clauses: readonly ClauseResult[]
  /** Clauses that pass, though the contract excuses them. */
  readonly staleWaivers: readonly ClauseId[]
  /**
   * Musts, under `strict` shoulds too, that are blocked by a failure that is accepted: a warning, or one that is
   * waived. They fail the gate.
   */
  readonly unproven: readonly ClauseId[]
  readonly lives: readonly LifeSummary[]
  readonly concurrency: number
  /** Under what the lives ran, where it was not the bare environment. */
  readonly conditions: Evidence['plan']['conditions']
}

/** Judges the evidence and adds it up. Pure: the same evidence gives the same verdict anywhere. */
export function reachVerdict(evidence: Evidence, facts: GateFacts): Verdict {
  return addUp(judge(evidence), evidence, facts)
}

/** What was found, clause by clause, becomes a verdict by the contract's levels and waivers. */
export function addUp(judgements: readonly Judgement[], evidence: Evidence, facts: GateFacts): Verdict {
  const { contract } = evidence
  const { strict = false, timeScale = 1, chosenBy = 'caller', oneOfSeveral = false } = facts
  const clauses = judgements.map(judgement => toResult(judgement, evidence))
  const summary: Record<Outcome, number> = { pass: 0, fail: 0, warn: 0, waived: 0, skipped: 0, blocked: 0 }
  for (const { outcome } of clauses) summary[outcome]++
  const staleWaivers = findStaleWaivers(clauses, contract)
  const unproven = findUnproven(clauses, contract, strict)
  const tooMuchForStrict = strict && summary.warn + staleWaivers.length > 0
  const bundle =
    evidence.bundle === undefined ? null : judgeBundle(evidence.bundle, evidence.artifact, contract)
  const failed = summary.fail > 0 || unproven.length > 0 || tooMuchForStrict || bundle?.outcome === 'fail'
  return {
    outcome: facts.interrupted ? 'interrupted' : failed ? 'fail' : 'pass',
    strict,
    timeScale,
    contract: { name: contract.name, file: contract.file, oneOfSeveral, notes: contract.notes ?? [] },
    host: evidence.host,
    chosenBy,
    artifact: evidence.artifact,
    bundle,
    target: evidence.plan.target ?? null,
    startedAt: facts.startedAt.toISOString(),
    durationMs: facts.durationMs,
    phases: facts.phases,
    summary,
    clauses,
    staleWaivers,
    unproven,
    lives: evidence.lives.map(summariseLife),
    concurrency: facts.concurrency,
    conditions: evidence.plan.conditions,
  }
}

/** Of what was skipped, blocked or not selected nobody knows whether its waiver is still needed. */
function findStaleWaivers(clauses: readonly ClauseResult[], { waive }: Contract): readonly ClauseId[] {
  return clauses.filter(({ id, outcome }) => outcome === 'pass' && id in waive).map(({ id }) => id)
}

/**
 * A waiver of one clause must not excuse sixty others: the sidecar whose first answer is known to be a 503, and that
 * one day gives no answer at all, would pass a gate that judged nothing.
 */
function findUnproven(
  clauses: readonly ClauseResult[],
  { waive }: Contract,
  strict: boolean,
): readonly ClauseId[] {
  const accepted = groupByBlocker(clauses).filter(
    ({ blocker: { outcome } }) => outcome === 'warn' || outcome === 'waived',
  )
  const unproven = new Set(accepted.flatMap(({ blocked }) => blocked))
  return clauses
    .filter(clause => unproven.has(clause))
    .filter(({ level }) => level === 'must' || (strict && level === 'should'))
    .filter(({ id }) => !(id in waive))
    .map(({ id }) => id)
}
