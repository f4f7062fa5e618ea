import type { ClauseResult, Outcome } from '../../gate/clause-result.ts'
import type { Verdict } from '../../gate/verdict.ts'
import type { Evidence } from '../../recording/evidence.ts'
import { durationMs } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'

/** One sidecar of a run, prepared for its section of the page. */
export interface Scene {
  /** The place of the sidecar in the run: ids of the page begin with it. */
  readonly index: number
  readonly verdict: Verdict
  readonly lives: readonly SceneLife[]
  /** From the first launch to the last end: the axis on the gate's clock. */
  readonly gateMs: number
  /** Of the life that lasted longest: the axis on which all lives begin at once. */
  readonly longestMs: number
}

/** One life with what the verdict says of it. */
export interface SceneLife {
  readonly id: string
  readonly anchor: string
  readonly recording: LifeRecording
  /** After the first launch of all. */
  readonly launchedMs: number
  readonly lastsMs: number
  /** The clauses that it was judged by, in the catalogue's order. */
  readonly clauses: readonly ClauseResult[]
  /** Those of them that did not hold and were seen in this very life. */
  readonly seen: readonly SeenFailure[]
}

export interface SeenFailure {
  readonly clause: ClauseResult
  readonly sinceLaunchMs: number
  readonly anchor: string
}

/** What does not hold, the gravest first. */
export const BROKEN: readonly Outcome[] = ['fail', 'warn', 'waived']

/** Puts verdict and evidence of one sidecar together. */
export function setScene(verdict: Verdict, evidence: Evidence | undefined, index: number): Scene {
  const recordings = evidence?.lives ?? []
  const launches = recordings.map(({ events }) => events[0]?.atMs ?? 0)
  const firstMs = launches.reduce((least, each) => Math.min(least, each), launches[0] ?? 0)
  const lives = recordings.map((recording, number): SceneLife => {
    const clauses = verdict.clauses.filter(clause => clause.lives.includes(recording.id))
    return {
      id: recording.id,
      anchor: anchorOf('life', index, `${number + 1}-${recording.id}`),
      recording,
      launchedMs: (launches[number] ?? firstMs) - firstMs,
      lastsMs: durationMs(recording),
      clauses,
      seen: verdict.clauses.flatMap(clause => seeIn(clause, recording, index)),
    }
  })
  const most = (times: readonly number[]) => times.reduce((longest, each) => Math.max(longest, each), 1)
  return {
    index,
    verdict,
    // On one axis they read as steps.
    lives: lives.toSorted((a, b) => a.launchedMs - b.launchedMs),
    gateMs: most(lives.map(({ launchedMs, lastsMs }) => launchedMs + lastsMs)),
    longestMs: most(lives.map(({ lastsMs }) => lastsMs)),
  }
}

function seeIn(clause: ClauseResult, { id }: LifeRecording, index: number): readonly SeenFailure[] {
  const { seen } = clause
  if (!BROKEN.includes(clause.outcome) || seen === null || seen.life !== id) return []
  return [{ clause, sinceLaunchMs: seen.sinceLaunchMs, anchor: anchorOf('moment', index, clause.id) }]
}

/** An id of the page: `clause-1-stop-sigterm`. */
export function anchorOf(
  kind: 'sidecar' | 'clause' | 'life' | 'moment',
  index: number,
  name: string,
): string {
  return `${kind}-${index + 1}-${name.replaceAll(/[^\w.-]+/g, '-')}`
}

/**
 * The gravest thing that was seen in a life. Null where nothing was, and what it served to judge does not hold all the
 * same: it was seen in another, and may have been the same in this one.
 */
export function outcomeOf({ seen, clauses }: SceneLife): Outcome | null {
  const those = seen.map(({ clause }) => clause.outcome)
  const worst = BROKEN.find(outcome => those.includes(outcome))
  if (worst !== undefined) return worst
  return clauses.length > 0 && clauses.every(({ outcome }) => outcome === 'pass') ? 'pass' : null
}
