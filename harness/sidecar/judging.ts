import type { ArtifactDescription } from '../artifact/description.ts'
import type { Clause, Finding, JudgeInput } from '../clauses/clause.ts'
import { judgeCleanEnd } from '../clauses/clean-end.ts'
import { CLAUSES } from '../clauses/index.ts'
import { findRootCause, type RootCause } from '../clauses/root-cause.ts'
import type { WayOfStopping } from '../clauses/stop-demand.ts'
import { SIGNAL_CLAUSES } from '../clauses/stop-signals.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { withoutSecrets } from '../contract/secrets.ts'
import { type ClauseResult, toResult } from '../gate/clause-result.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import { isReady } from '../recording/query.ts'
import { BASELINE, type LifeRecording } from '../recording/recording.ts'
import { SPEC_SCENARIO } from './sidecar.ts'

/** What a life is judged under, beside its own recording. */
export interface Circumstances {
  readonly contract: Contract
  readonly artifact: ArtifactDescription
  readonly host: HostDescription
}

/** The evidence of a spec: its lives are treated as by an app, so what is promised of every life is judged by them. */
export function evidenceOf(lives: readonly LifeRecording[], circumstances: Circumstances): Evidence {
  const scenario = { id: SPEC_SCENARIO, readiness: 'start/within-budget' as const, ordinary: true }
  const contract = withoutSecrets(circumstances.contract)
  return {
    ...circumstances,
    contract,
    plan: { clauses: [], scenarios: [scenario], conditions: BASELINE },
    lives,
  }
}

/** Judges what a life showed so far by one clause of the catalogue. */
export function judgeBy(id: ClauseId, life: LifeRecording, circumstances: Circumstances): Finding {
  return clauseOf(id).judge(inputOf(life, circumstances))
}

/** Judges the end of a life that was asked to stop. */
export function judgeEnd(life: LifeRecording, demand: WayOfStopping, { contract }: Circumstances): Finding {
  return judgeCleanEnd(life, demand, contract) ?? { outcome: 'pass', observed: 'clean' }
}

/** The clause that an end after this demand is judged by. */
export function endClause(demand: WayOfStopping): ClauseId {
  if (typeof demand !== 'string') return 'stop/requested'
  return demand === 'SIGHUP' ? 'stop/hangup' : SIGNAL_CLAUSES[demand]
}

/** The clause that says why a life never became ready. */
export function rootCauseOf(life: LifeRecording, circumstances: Circumstances): RootCause | null {
  return findRootCause(life, inputOf(life, circumstances), REGISTRY)
}

/** What keeps a file from being launched, by its clause. */
export function judgeFile(id: ClauseId, circumstances: Circumstances): ClauseResult {
  const evidence = evidenceOf([], circumstances)
  const finding = clauseOf(id).judge({
    ...evidence,
    machine: evidence.host,
    ordinaryLives: [],
    readyLives: [],
    livesOf: () => [],
    holds: () => true,
  })
  return toResult({ id, finding, lives: [] }, evidence)
}

/** A finding as reports tell it, with what its failure means under the contract. */
export function resultOf(
  id: ClauseId,
  finding: Finding,
  life: LifeRecording,
  circumstances: Circumstances,
): ClauseResult {
  return toResult({ id, finding, lives: [life.id] }, evidenceOf([life], circumstances))
}

const REGISTRY: ReadonlyMap<ClauseId, Clause> = new Map(CLAUSES.map(clause => [clause.id, clause]))

function clauseOf(id: ClauseId): Clause {
  const clause = REGISTRY.get(id)
  if (clause === undefined) throw new Error(`there is no clause ${id}`)
  return clause
}

function inputOf(life: LifeRecording, circumstances: Circumstances): JudgeInput {
  const lives = [life]
  return {
    ...evidenceOf(lives, circumstances),
    machine: circumstances.host,
    ordinaryLives: lives,
    readyLives: lives.filter(isReady),
    livesOf: scenario => (scenario === life.scenario ? lives : []),
    // Nothing else was tried in this life: what one clause says of it hangs on no other.
    holds: () => true,
  }
}
