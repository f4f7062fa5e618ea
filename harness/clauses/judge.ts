import { findMissingApplication } from '../artifact/application.ts'
import { judgeLaunchable, nameArchs, nameSystem } from '../artifact/launchable.ts'
import { findRefusal } from '../artifact/refusal.ts'
import { TARGETS } from '../artifact/triple.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import type { Evidence, PlannedScenario } from '../recording/evidence.ts'
import { machineOf } from '../recording/machine.ts'
import { isReady, sameConditions } from '../recording/query.ts'
import { BASELINE_LIFE, blocked, type Clause, type Finding, type JudgeInput, skipped } from './clause.ts'
import { CLAUSES } from './index.ts'
import { findRootCause, outgrew } from './root-cause.ts'

export interface Judgement {
  readonly id: ClauseId
  readonly finding: Finding
  /** The lives of the scenarios that the clause needs. */
  readonly lives: readonly string[]
}

/**
 * Judges everything that was planned from what was recorded, and from nothing else: here, or months later from
 * a directory. Clauses come out in the catalogue's order. Others than the registry's are judged where judges
 * themselves are put to the test.
 */
export function judge(evidence: Evidence, clauses: readonly Clause[] = CLAUSES): readonly Judgement[] {
  const { target } = evidence.plan
  const findings = new Map<ClauseId, Finding>()
  const begun = new Set<ClauseId>()
  const input = makeInput(evidence, id => findingOf(id)?.outcome === 'pass')
  const registry = new Map(clauses.map(clause => [clause.id, clause]))
  const [baseline] = input.livesOf(evidence.plan.scenarios[0]?.id ?? '')
  const rootCause =
    baseline === undefined ? null : findRootCause(baseline, { ...input, holds: () => false }, registry)
  const obstacle = target === undefined ? obstacleInFile(evidence) : null
  for (const { id } of clauses) findingOf(id)
  const told = withBlockers(evidence.plan.clauses, findings)
  return clauses
    .filter(({ id }) => told.has(id))
    .map(clause => ({
      id: clause.id,
      finding: findings.get(clause.id) as Finding,
      lives: scenariosOf(clause).flatMap(({ id }) => input.livesOf(id).map(life => life.id)),
    }))

  /** Judged when it is first asked for, by the loop above or by a clause that needs it. */
  function findingOf(id: ClauseId): Finding | undefined {
    const clause = registry.get(id)
    if (clause === undefined || findings.has(id)) return findings.get(id)
    if (begun.has(id)) throw new Error(`${id} cannot be judged before it holds: clauses need one another`)
    begun.add(id)
    const finding = judgeOne(clause)
    findings.set(id, finding)
    return finding
  }

  function scenariosOf({ scenarios }: Clause): readonly PlannedScenario[] {
    return evidence.plan.scenarios.filter(
      ({ id }, index) => scenarios.includes(id) || (index === 0 && scenarios.includes(BASELINE_LIFE)),
    )
  }

  function judgeOne(clause: Clause): Finding {
    if (clause.scenarios.length === 0) return clause.judge(input)
    if (!isAskable(clause, evidence.contract)) return skipped('the contract promises no answer by HTTP')
    if (target !== undefined) return skipped(describeElsewhere(target))
    if (obstacle !== null) return blocked(obstacle)
    if (clause.id === rootCause?.clause) return rootCause.finding
    if (rootCause !== null) return blocked(rootCause.clause)
    const wanted = scenariosOf(clause)
    if (wanted.length === 0) return skipped(clause.unplanned ?? 'the contract calls for no such life')
    if (clause.id === 'resources/memory' && evidence.lives.some(outgrew)) return clause.judge(input)
    if (wanted.some(({ id }) => input.livesOf(id).some(outgrew))) return blocked('resources/memory')
    const recorded = wanted.filter(({ id }) => input.livesOf(id).length > 0)
    if (recorded.length === 0) return whyNotRecorded(wanted)
    const failed = recorded.find(
      ({ id, readiness }) =>
        readiness !== null && readiness !== clause.id && input.livesOf(id).some(life => !isReady(life)),
    )
    return failed?.readiness == null ? clause.judge(input) : blocked(failed.readiness)
  }
}

/** Why nothing is known of its lives. */
function describeElsewhere(target: string): string {
  const asked = TARGETS.find(({ triple }) => triple === target)
  const { os = null, archs = [] } = asked ?? {}
  return `a program for ${nameSystem(os)} on ${nameArchs({ archs: [...archs], machine: target })} cannot be launched on this machine`
}

/** Whether the contract promises the answers that a clause is judged by. */
export function isAskable({ asks }: Clause, { health }: Contract): boolean {
  return asks === undefined || health.kind === asks
}

function whyNotRecorded(scenarios: readonly PlannedScenario[]): Finding {
  for (const { blockedBy, impossible } of scenarios) {
    if (blockedBy !== undefined) return blocked(blockedBy)
    if (impossible !== undefined) return skipped(impossible)
  }
  return skipped('interrupted before it could be judged')
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

/** What keeps the file from being launched, or from being the sidecar at all: by its bytes and its mode. */
export function obstacleInFile({
  artifact,
  host,
  contract,
}: Pick<Evidence, 'artifact' | 'host' | 'contract'>): ClauseId | null {
  if (!judgeLaunchable(artifact, host).launchable) return 'artifact/native-format'
  const anyExecuteBit = 0o111
  if (host.os !== 'windows' && (artifact.mode & anyExecuteBit) === 0) return 'artifact/executable'
  if (findRefusal(artifact, host, contract.env) !== null) return 'artifact/libraries-resolve'
  return findMissingApplication(artifact, contract) === null ? null : 'artifact/payload'
}

function makeInput(evidence: Evidence, holds: (id: ClauseId) => boolean): JudgeInput {
  const { plan } = evidence
  const adopted = evidence.lives.filter(({ conditions }) => sameConditions(conditions, plan.conditions))
  const ordinary = new Set(plan.scenarios.filter(scenario => scenario.ordinary).map(({ id }) => id))
  const ordinaryLives = adopted.filter(({ scenario }) => ordinary.has(scenario))
  return {
    ...evidence,
    machine: machineOf(evidence),
    ordinaryLives,
    readyLives: ordinaryLives.filter(isReady),
    livesOf: scenario => adopted.filter(life => life.scenario === scenario),
    holds,
  }
}
