import type { HostDescription } from '../recording/evidence.ts'
import type { Outcome } from './clause-result.ts'
import type { Phase, Verdict } from './verdict.ts'

/** One run of the gate: a verdict on each of a project's sidecars, and what they have in common. */
export interface RunVerdict {
  /** The worst of all. */
  readonly outcome: Verdict['outcome']
  readonly strict: boolean
  readonly timeScale: number
  readonly host: HostDescription
  readonly startedAt: string
  /** With all that is not one sidecar's alone. */
  readonly durationMs: number
  /** Where the time went, added up over the sidecars. */
  readonly phases: readonly Phase[]
  readonly concurrency: number
  /** Added up over the sidecars. */
  readonly summary: Readonly<Record<Outcome, number>>
  /** In the order of the contracts. */
  readonly sidecars: readonly Verdict[]
}

export interface RunFacts {
  readonly startedAt: Date
  readonly durationMs: number
  /** What was done for all of them: the start of the command. */
  readonly phasesBefore: readonly Phase[]
}

/** The worst first: what was interrupted says nothing of the rest, and an error is no fault of a sidecar's. */
const BY_WEIGHT: readonly Verdict['outcome'][] = ['interrupted', 'error', 'fail', 'pass']

/** Adds up the verdicts of one run, of which there is one at least. */
export function addUpRun(
  sidecars: readonly Verdict[],
  { startedAt, durationMs, phasesBefore }: RunFacts,
): RunVerdict {
  const [first] = sidecars
  if (first === undefined) throw new RangeError('A run in which nothing was judged has no verdict.')
  const { strict, timeScale, host, concurrency } = first
  const phases = new Map<string, number>()
  for (const { name, ms } of [...phasesBefore, ...sidecars.flatMap(sidecar => sidecar.phases)]) {
    phases.set(name, (phases.get(name) ?? 0) + ms)
  }
  const summary = { pass: 0, fail: 0, warn: 0, waived: 0, skipped: 0, blocked: 0 }
  for (const sidecar of sidecars) {
    for (const outcome of Object.keys(summary) as Outcome[]) summary[outcome] += sidecar.summary[outcome]
  }
  return {
    outcome: BY_WEIGHT.find(outcome => sidecars.some(sidecar => sidecar.outcome === outcome)) ?? 'pass',
    strict,
    timeScale,
    host,
    startedAt: startedAt.toISOString(),
    durationMs,
    phases: [...phases].map(([name, ms]) => ({ name, ms })),
    concurrency,
    summary,
    sidecars,
  }
}
