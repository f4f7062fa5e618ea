import { reachVerdict, type Verdict } from '../../../harness/gate/verdict.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'

/** The verdict of a gate that began at a known time and took 1,234.56789 ms. */
export function verdictOn(given: Case = {}, interrupted = false): Verdict {
  return reachVerdict(evidenceOf(given), {
    startedAt: new Date('2026-01-01T00:00:00Z'),
    durationMs: 1234.567_89,
    phases: [
      { name: 'read the file', ms: 34.567_89 },
      { name: 'lives', ms: 1200 },
    ],
    concurrency: 4,
    interrupted,
  })
}
