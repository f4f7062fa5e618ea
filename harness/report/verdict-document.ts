import type { CopyFinding } from '../bundle/judge.ts'
import type { ClauseId, Level } from '../contract/catalogue.ts'
import type { Outcome } from '../gate/clause-result.ts'
import type { LifeSummary } from '../gate/life-summary.ts'
import type { ChosenBy, Phase, Verdict } from '../gate/verdict.ts'
import type { HostDescription } from '../recording/evidence.ts'
import type { LastLines } from '../recording/last-lines.ts'

/** Changes whenever a field changes its meaning or goes. What is added changes nothing. */
export const VERDICT_SCHEMA = 1

/** The verdict for machines, as `--reporter json` writes it: see docs/verdict.md, and schema/verdict.schema.json. */
export interface VerdictDocument {
  schema: typeof VERDICT_SCHEMA
  tool: Tool
  startedAt: string
  durationMs: number
  verdict: Verdict['outcome']
  strict: boolean
  timeScale: number
  host: HostDescription
  summary: Readonly<Record<Outcome, number>>
  phases: readonly Phase[]
  concurrency: number
  sidecars: readonly SidecarDocument[]
}

/** What judged. */
export interface Tool {
  readonly name: string
  readonly version: string
}

export interface SidecarDocument {
  /** The contract's file, or `defaults`. */
  contract: string
  name: string
  verdict: Verdict['outcome']
  durationMs: number
  phases: readonly Phase[]
  summary: Readonly<Record<Outcome, number>>
  conditions: Verdict['conditions']
  /** What was found in the app's own files, beside what is judged. */
  notes?: readonly string[] | undefined
  file: FileDocument
  /** Where an unpacked bundle was looked into (`--inside`). */
  bundle?: BundleDocument | undefined
  lives: readonly LifeDocument[]
  clauses: readonly ClauseDocument[]
  staleWaivers: readonly ClauseId[]
  unproven: readonly ClauseId[]
}

export interface FileDocument {
  path: string
  name: string
  triple: string | null
  format: Verdict['artifact']['format']
  sha256: string
  bytes: number
  chosenBy: ChosenBy
  /** The target triple that it was judged for by its file alone; null for this machine's. */
  target: string | null
}

/** The copies of the file in an unpacked bundle. */
export interface BundleDocument {
  directory: string
  outcome: 'pass' | 'fail'
  expected: string
  observed: string
  copies: readonly CopyFinding[]
  unopened: readonly string[]
  mend: string | null
}

export interface LifeDocument extends Omit<LifeSummary, 'exit'> {
  exit: { code: number | null; signal: string | null } | null
}

interface ClauseCommon {
  id: ClauseId
  level: Level
  /** Of the lives that it was judged by. */
  lives: readonly string[]
}

interface FailureDocument extends ClauseCommon {
  expected: string
  observed: string
  seen?: { readonly life: string; readonly sinceLaunchMs: number } | undefined
  diagnosis?: DiagnosisDocument | undefined
  lastLines?: { readonly stdout: LastLines; readonly stderr: LastLines } | undefined
}

/** Why it probably failed, and how to mend it: docs/diagnoses.md holds all of them. */
export interface DiagnosisDocument {
  readonly id: string
  readonly cause: string
  readonly evidence: readonly string[]
  readonly fix: string
  readonly sources: readonly string[]
}

export type ClauseDocument =
  | (ClauseCommon & { outcome: 'pass'; observed: string })
  | (FailureDocument & { outcome: 'fail' | 'warn' })
  | (FailureDocument & { outcome: 'waived'; reason: string })
  | (ClauseCommon & { outcome: 'skipped'; reason: string })
  | (ClauseCommon & { outcome: 'blocked'; blockedBy: ClauseId })
