import type { ArtifactDescription } from '../artifact/description.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import type { ClauseResult, Outcome, Verdict } from '../gate/verdict.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import { sameConditions } from '../recording/query.ts'
import { PLAIN } from '../recording/recording.ts'
import { factsOf, type LifeFacts } from './life-facts.ts'

/** One side of a comparison: all that can differ from the other. */
export interface Snapshot {
  readonly artifact: ArtifactDescription
  readonly contract: Contract
  readonly host: HostDescription
  readonly outcome: Verdict['outcome']
  readonly summary: Verdict['summary']
  readonly clauses: readonly ClauseResult[]
  /** What further gates found of clauses on which the first ones differed. */
  readonly further: ReadonlyMap<ClauseId, readonly Outcome[]>
  /** Those that became ready. */
  readonly lives: readonly LifeFacts[]
  /** How many there were. */
  readonly launched: number
  /** Which lives: `plain` ones, lived for a comparison and each like the other, or whatever a `gate` needed. */
  readonly kind: 'plain' | 'gate'
  /** In which both sides' plain lives took turns; null where a gate alone was recorded. */
  readonly session: string | null
}

export interface Recorded {
  readonly evidence: Evidence
  readonly verdict: Verdict
}

/** What was recorded of a side, for a comparison. */
export function takeSnapshot(
  { evidence, verdict }: Recorded,
  {
    further = new Map(),
    kind = evidence.plan.session === undefined ? 'gate' : 'plain',
  }: Partial<Pick<Snapshot, 'further' | 'kind'>> = {},
): Snapshot {
  const plain = evidence.lives.filter(({ scenario }) => scenario === PLAIN)
  const lives = kind === 'gate' ? ordinaryLives(evidence) : plain
  return {
    artifact: evidence.artifact,
    contract: evidence.contract,
    host: evidence.host,
    outcome: verdict.outcome,
    summary: verdict.summary,
    clauses: verdict.clauses,
    further,
    lives: factsOf(lives),
    launched: lives.length,
    kind,
    session: kind === 'gate' ? null : (evidence.plan.session ?? null),
  }
}

/** Launched and treated as by an app; under the conditions that all had, or a life would be compared with a kinder one. */
function ordinaryLives({ lives, plan }: Evidence): Evidence['lives'] {
  const ordinary = new Set(plan.scenarios.flatMap(({ id, ordinary: isIt }) => (isIt ? [id] : [])))
  return lives.filter(
    ({ scenario, conditions }) => ordinary.has(scenario) && sameConditions(conditions, plan.conditions),
  )
}

/** Lives of two gates are compared by twos: what a scenario asks of one it has asked of the other. */
export function pairLives(one: Snapshot, other: Snapshot): readonly [Snapshot, Snapshot] {
  if (one.kind === 'plain' && other.kind === 'plain') return [one, other]
  const others = new Set(other.lives.map(({ id }) => id))
  const both = new Set(one.lives.map(({ id }) => id).filter(id => others.has(id)))
  const keep = (side: Snapshot) => ({ ...side, lives: side.lives.filter(({ id }) => both.has(id)) })
  return [keep(one), keep(other)]
}
