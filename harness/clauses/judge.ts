import type { ArtifactDescription } from '../artifact/description.ts'
import { judgeLaunchable } from '../artifact/launchable.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import { isReady } from '../recording/query.ts'
import { BASELINE_LIFE, blocked, type Clause, type Finding, type JudgeInput, skipped } from './clause.ts'
import { CLAUSES } from './index.ts'
import { findRootCause } from './root-cause.ts'

export interface Judgement {
  readonly id: ClauseId
  readonly finding: Finding
  /** The lives of the scenarios that the clause needs. */
  readonly lives: readonly string[]
}

/**
 * Judges everything that was planned from what was recorded, and from nothing else: here, or months later from
 * a directory. Clauses come out in the catalogue's order.
 */
export function judge(evidence: Evidence): readonly Judgement[] {
  const findings = new Map<ClauseId, Finding>()
  const input = makeInput(evidence, id => findings.get(id)?.outcome === 'pass')
  const registry = new Map(CLAUSES.map(clause => [clause.id, clause]))
  const [baseline] = input.livesOf(evidence.plan.scenarios[0]?.id ?? '')
  const rootCause = baseline === undefined ? null : findRootCause(baseline, input, registry)
  const obstacle = obstacleInFile(evidence.artifact, evidence.host)
  for (const clause of CLAUSES) {
    findings.set(clause.id, judgeOne(clause))
  }
  const told = withBlockers(evidence.plan.clauses, findings)
  return CLAUSES.filter(({ id }) => told.has(id)).map(clause => ({
    id: clause.id,
    finding: findings.get(clause.id) as Finding,
    lives: scenariosOf(clause).flatMap(({ id }) => input.livesOf(id).map(life => life.id)),
  }))

  function scenariosOf({ scenarios }: Clause): Evidence['plan']['scenarios'] {
    return evidence.plan.scenarios.filter(
      ({ id }, index) => scenarios.includes(id) || (index === 0 && scenarios.includes(BASELINE_LIFE)),
    )
  }

  function judgeOne(clause: Clause): Finding {
    if (clause.scenarios.length === 0) return clause.judge(input)
    if (obstacle !== null) return blocked(obstacle)
    if (clause.id === rootCause?.clause) return rootCause.finding
    if (rootCause !== null) return blocked(rootCause.clause)
    const wanted = scenariosOf(clause)
    if (wanted.length === 0) return skipped('the contract names no such way of stopping')
    const recorded = wanted.filter(({ id }) => input.livesOf(id).length > 0)
    if (recorded.length === 0) {
      const by = wanted.find(({ blockedBy }) => blockedBy !== undefined)?.blockedBy
      return by === undefined ? skipped('interrupted before it could be judged') : blocked(by)
    }
    const failed = recorded.find(
      ({ id, readiness }) => readiness !== clause.id && input.livesOf(id).some(life => !isReady(life)),
    )
    return failed === undefined ? clause.judge(input) : blocked(failed.readiness)
  }
}

/** A clause that is blocked says nothing by itself: what blocks it is told too, whether it was asked for or not. */
function withBlockers(
  planned: readonly ClauseId[],
  findings: ReadonlyMap<ClauseId, Finding>,
): ReadonlySet<ClauseId> {
  const told = new Set(planned)
  // A set's iterator also visits what is added while it runs.
  for (const id of told) {
    const finding = findings.get(id)
    if (finding?.outcome === 'blocked') told.add(finding.by)
  }
  return told
}

/** What keeps the file from being launched at all, by its bytes and its mode. */
export function obstacleInFile(artifact: ArtifactDescription, host: HostDescription): ClauseId | null {
  if (!judgeLaunchable(artifact, host).launchable) return 'artifact/native-format'
  const anyExecuteBit = 0o111
  return host.os !== 'windows' && (artifact.mode & anyExecuteBit) === 0 ? 'artifact/executable' : null
}

function makeInput(evidence: Evidence, holds: (id: ClauseId) => boolean): JudgeInput {
  const { plan } = evidence
  const adopted = evidence.lives.filter(
    ({ conditions }) => conditions.environment === plan.conditions.environment,
  )
  return {
    ...evidence,
    readyLives: adopted.filter(isReady),
    livesOf: scenario => adopted.filter(life => life.scenario === scenario),
    holds,
  }
}
