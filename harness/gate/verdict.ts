import type { ArtifactDescription } from '../artifact/description.ts'
import { type Judgement, judge } from '../clauses/judge.ts'
import { CATALOGUE, type ClauseId, type Level } from '../contract/catalogue.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import { durationMs, eventsOf, firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'

export type Outcome = 'pass' | 'fail' | 'warn' | 'waived' | 'skipped' | 'blocked'

/** What the gate found: the data that every report is drawn from. */
export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'error' | 'interrupted'
  readonly contract: { readonly name: string; readonly file: string | null }
  readonly host: HostDescription
  readonly artifact: ArtifactDescription
  readonly startedAt: string
  readonly durationMs: number
  readonly phases: readonly Phase[]
  readonly summary: Readonly<Record<Outcome, number>>
  readonly clauses: readonly ClauseResult[]
  readonly lives: readonly LifeSummary[]
  readonly concurrency: number
  /** Under what the lives ran, where it was not the bare environment. */
  readonly conditions: Evidence['plan']['conditions']
}

export interface ClauseResult {
  readonly id: ClauseId
  readonly level: Level
  readonly outcome: Outcome
  readonly promise: string
  readonly expected: string | null
  readonly observed: string | null
  readonly seen: { readonly life: string; readonly sinceLaunchMs: number } | null
  readonly reason: string | null
  readonly blockedBy: ClauseId | null
  /** The lives that it was judged by. */
  readonly lives: readonly string[]
}

export interface LifeSummary {
  readonly id: string
  readonly scenario: string
  readonly announcedMs: number | null
  readonly readyMs: number | null
  readonly stopMs: number | null
  readonly durationMs: number
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null
}

/** A stretch of the gate's time. */
export interface Phase {
  readonly name: string
  readonly ms: number
}

export interface GateFacts {
  readonly startedAt: Date
  readonly durationMs: number
  readonly phases: readonly Phase[]
  readonly concurrency: number
  readonly interrupted: boolean
}

/** Judges the evidence and adds it up. Pure: the same evidence gives the same verdict anywhere. */
export function reachVerdict(evidence: Evidence, facts: GateFacts): Verdict {
  const clauses = judge(evidence).map(toResult)
  const summary: Record<Outcome, number> = { pass: 0, fail: 0, warn: 0, waived: 0, skipped: 0, blocked: 0 }
  for (const { outcome } of clauses) summary[outcome]++
  return {
    outcome: facts.interrupted ? 'interrupted' : summary.fail > 0 ? 'fail' : 'pass',
    contract: { name: evidence.contract.name, file: evidence.contract.file },
    host: evidence.host,
    artifact: evidence.artifact,
    startedAt: facts.startedAt.toISOString(),
    durationMs: facts.durationMs,
    phases: facts.phases,
    summary,
    clauses,
    lives: evidence.lives.map(summariseLife),
    concurrency: facts.concurrency,
    conditions: evidence.plan.conditions,
  }
}

function toResult({ id, finding, lives }: Judgement): ClauseResult {
  const { level, promise } = CATALOGUE[id]
  const result = {
    id,
    level,
    promise,
    lives,
    expected: null,
    observed: null,
    seen: null,
    reason: null,
    blockedBy: null,
  }
  switch (finding.outcome) {
    case 'pass':
      return { ...result, outcome: 'pass', observed: finding.observed }
    case 'fail': {
      const { expected, observed, seen } = finding
      return { ...result, outcome: level === 'must' ? 'fail' : 'warn', expected, observed, seen }
    }
    case 'skipped':
      return { ...result, outcome: 'skipped', reason: finding.reason }
    case 'blocked':
      return { ...result, outcome: 'blocked', blockedBy: finding.by }
  }
}

function summariseLife(life: LifeRecording): LifeSummary {
  const since = (event: { atMs: number } | null) => (event === null ? null : sinceLaunch(life, event.atMs))
  const exit = firstEvent(life, 'exit')
  const [signal] = eventsOf(life, 'signal')
  return {
    id: life.id,
    scenario: life.scenario,
    announcedMs: since(firstEvent(life, 'announcement')),
    readyMs: since(firstEvent(life, 'ready')),
    stopMs:
      exit !== null && signal !== undefined && exit.atMs >= signal.atMs ? exit.atMs - signal.atMs : null,
    durationMs: durationMs(life),
    exit: exit === null ? null : { code: exit.code, signal: exit.signal },
  }
}
