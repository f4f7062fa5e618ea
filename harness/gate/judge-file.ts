import type { ArtifactDescription } from '../artifact/description.ts'
import { artifactClauses } from '../clauses/artifact.ts'
import { judge } from '../clauses/judge.ts'
import type { Contract } from '../contract/contract.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import { BASELINE } from '../recording/recording.ts'
import { type ClauseResult, toResult } from './clause-result.ts'

/** What of a contract can be judged by the file alone: nothing is launched, and no life is needed. */
export function judgeFile(
  artifact: ArtifactDescription,
  contract: Contract,
  host: HostDescription,
): readonly ClauseResult[] {
  const clauses = artifactClauses.map(({ id }) => id)
  const evidence: Evidence = {
    ...{ artifact, contract, host, lives: [] },
    plan: { clauses, scenarios: [], conditions: BASELINE },
  }
  return judge(evidence, artifactClauses).map(judgement => toResult(judgement, evidence))
}
