import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Diagnosis } from '../../../harness/diagnosis/known-failure.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Launch, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

/** What is said of a clause, with these lives in the place of those of a sound sidecar. */
export function foundWith(id: ClauseId, lives: readonly Script[], given: Case = {}): Diagnosis | null {
  return diagnosisIn(evidenceOf({ lives, ...given }), id)
}

/** One that ends at once, with these words. */
export function fails(id: string, launch: Partial<Launch> = {}, words = 'I cannot work here'): Script {
  return aLife(id, launch).logs(words).after(30).exits(1).leaves()
}

/** One that becomes ready. */
export function starts(id: string, launch: Partial<Launch> = {}): Script {
  return aLife(id, launch).announces().isReady().stopsOn('SIGTERM')
}
