import type { Sighting } from '../clauses/clause.ts'
import type { Judgement } from '../clauses/judge.ts'
import { CATALOGUE, type ClauseId, type Level } from '../contract/catalogue.ts'
import { levelOf } from '../contract/levels.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import type { Diagnosis } from '../diagnosis/known-failure.ts'
import type { Evidence } from '../recording/evidence.ts'
import { type LastLines, lastLinesOf } from '../recording/last-lines.ts'
import { printable } from '../text/printable.ts'

export type Outcome = 'pass' | 'fail' | 'warn' | 'waived' | 'skipped' | 'blocked'

/** One clause as a verdict tells of it. */
export interface ClauseResult {
  readonly id: ClauseId
  readonly level: Level
  readonly outcome: Outcome
  readonly promise: string
  readonly expected: string | null
  readonly observed: string | null
  readonly seen: Sighting | null
  /** What stood last on both streams of that life, at that moment; null for what is in the file, and for what did not fail. */
  readonly lastLines: { readonly stdout: LastLines; readonly stderr: LastLines } | null
  /** Why it probably failed, and how to mend it; null for what did not fail, and for what nobody has met yet. */
  readonly diagnosis: Diagnosis | null
  /** Why it was waived or skipped. */
  readonly reason: string | null
  readonly blockedBy: ClauseId | null
  /** The lives that it was judged by. */
  readonly lives: readonly string[]
}

/** What a finding means under a contract: by its level, and by whether its failure is waived. */
export function toResult(judgement: Judgement, evidence: Evidence): ClauseResult {
  const { id, finding, lives } = judgement
  const { contract } = evidence
  const level = levelOf(contract, id)
  const result = {
    id,
    level,
    promise: CATALOGUE[id].promise,
    lives,
    expected: null,
    observed: null,
    seen: null,
    lastLines: null,
    diagnosis: null,
    reason: null,
    blockedBy: null,
  }
  switch (finding.outcome) {
    case 'pass':
      return { ...result, outcome: 'pass', observed: safe(finding.observed) }
    case 'fail': {
      const { expected, observed, seen } = finding
      const lastLines = lastLinesAt(seen, evidence)
      const told = {
        ...result,
        expected: safe(expected),
        observed: safe(observed),
        seen,
        lastLines,
        diagnosis: safeDiagnosis(diagnose(judgement, evidence)),
      }
      const reason = contract.waive[id]
      if (reason !== undefined) return { ...told, outcome: 'waived', reason }
      return { ...told, outcome: level === 'must' ? 'fail' : 'warn' }
    }
    case 'skipped':
      return { ...result, outcome: 'skipped', reason: safe(finding.reason) }
    case 'blocked':
      return { ...result, outcome: 'blocked', blockedBy: finding.by }
  }
}

/**
 * Judges quote what a sidecar says, a client's errors among it: whichever of them forgets what that may hold, a report
 * is read on a terminal, and by CI systems that take lines for commands.
 */
function safe(text: string): string {
  return printable(text, Number.POSITIVE_INFINITY)
}

function safeDiagnosis(diagnosis: Diagnosis | null): Diagnosis | null {
  if (diagnosis === null) return null
  const { cause, evidence, fix } = diagnosis
  return { ...diagnosis, cause: safe(cause), evidence: evidence.map(safe), fix: safe(fix) }
}

function lastLinesAt(seen: Sighting | null, { lives }: Evidence): ClauseResult['lastLines'] {
  const life = lives.find(({ id }) => id === seen?.life)
  if (seen === null || life === undefined) return null
  return {
    stdout: lastLinesOf(life, 'stdout', seen.sinceLaunchMs),
    stderr: lastLinesOf(life, 'stderr', seen.sinceLaunchMs),
  }
}
