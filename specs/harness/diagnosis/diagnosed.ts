import { judge } from '../../../harness/clauses/judge.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { diagnose } from '../../../harness/diagnosis/diagnose.ts'
import type { Diagnosis } from '../../../harness/diagnosis/known-failure.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'

/** What is said of a clause that failed; null where it did not fail. Throws where it was not judged at all. */
export function diagnosisIn(evidence: Evidence, id: ClauseId): Diagnosis | null {
  const judgement = judge(evidence).find(each => each.id === id)
  if (judgement === undefined) throw new Error(`${id} was not judged`)
  return diagnose(judgement, evidence)
}
