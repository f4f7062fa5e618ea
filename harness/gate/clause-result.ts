import type { Judgement } from '../clauses/judge.ts'
import { CATALOGUE, type ClauseId, type Level } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { levelOf } from '../contract/levels.ts'

export type Outcome = 'pass' | 'fail' | 'warn' | 'waived' | 'skipped' | 'blocked'

/** One clause as a verdict tells of it. */
export interface ClauseResult {
  readonly id: ClauseId
  readonly level: Level
  readonly outcome: Outcome
  readonly promise: string
  readonly expected: string | null
  readonly observed: string | null
  readonly seen: { readonly life: string; readonly sinceLaunchMs: number } | null
  /** Why it was waived or skipped. */
  readonly reason: string | null
  readonly blockedBy: ClauseId | null
  /** The lives that it was judged by. */
  readonly lives: readonly string[]
}

/** What a finding means under a contract: by its level, and by whether its failure is waived. */
export function toResult({ id, finding, lives }: Judgement, contract: Contract): ClauseResult {
  const level = levelOf(contract, id)
  const result = {
    id,
    level,
    promise: CATALOGUE[id].promise,
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
      const told = { ...result, expected, observed, seen }
      const reason = contract.waive[id]
      if (reason !== undefined) return { ...told, outcome: 'waived', reason }
      return { ...told, outcome: level === 'must' ? 'fail' : 'warn' }
    }
    case 'skipped':
      return { ...result, outcome: 'skipped', reason: finding.reason }
    case 'blocked':
      return { ...result, outcome: 'blocked', blockedBy: finding.by }
  }
}

export interface Blockade {
  /** What is not blocked itself: mend this one first. */
  readonly blocker: ClauseResult
  readonly blocked: readonly ClauseResult[]
}

/** All that is blocked, by what is at the root of it. Those that block most come first. */
export function groupByBlocker(clauses: readonly ClauseResult[]): readonly Blockade[] {
  const byId = new Map(clauses.map(clause => [clause.id, clause]))
  const rootOf = (clause: ClauseResult): ClauseResult => {
    const blocker = clause.blockedBy === null ? undefined : byId.get(clause.blockedBy)
    return blocker === undefined ? clause : rootOf(blocker)
  }
  const blocked = clauses.filter(({ outcome }) => outcome === 'blocked')
  return [...Map.groupBy(blocked, rootOf)]
    .map(([blocker, those]) => ({ blocker, blocked: those }))
    .sort((a, b) => b.blocked.length - a.blocked.length)
}
