import type { DifferenceKind, Topic } from '../compare/differences.ts'
import type { FileFacts } from '../compare/file-differences.ts'
import type { Metric } from '../compare/measures.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Outcome, Verdict } from '../gate/verdict.ts'
import type { HostDescription } from '../recording/evidence.ts'
import type { NoiseFinding } from '../statistics/beyond-noise.ts'
import type { Spread } from '../statistics/spread.ts'
import type { Tool } from './verdict-document.ts'

/** Changes whenever a field changes its meaning or goes. What is added changes nothing. */
export const COMPARISON_SCHEMA = 1

/** A comparison for machines: see docs/compare.md, and schema/comparison.schema.json. */
export interface ComparisonDocument {
  schema: typeof COMPARISON_SCHEMA
  tool: Tool
  startedAt: string
  durationMs: number
  of: 'binaries' | 'recordings'
  /** Lives of both took turns on one machine: times and memory are judged. */
  sideBySide: boolean
  /** Null where no lives took turns now. */
  turnsMs: number | null
  isSameFile: boolean
  summary: Readonly<Record<DifferenceKind, number>>
  differences: readonly DifferenceDocument[]
  measures: readonly MeasureDocument[]
  old: SideDocument
  new: SideDocument
  notes: readonly string[]
}

export interface DifferenceDocument {
  kind: DifferenceKind
  topic: Topic
  subject: string
  old: string | null
  new: string | null
  sentence: string
  clauses?: readonly ClauseId[] | undefined
}

export interface MeasureDocument {
  metric: Metric
  old: Spread | null
  new: Spread | null
  /** Hodges and Lehmann's estimate; null where one side has no value. */
  shift: number | null
  interval: readonly [number, number] | null
  p: number
  finding: NoiseFinding
}

export interface SideDocument {
  path: string
  name: string
  sha256: string
  file: FileFacts
  host: HostDescription
  verdict: Verdict['outcome']
  clauses: Readonly<Record<Outcome, number>>
  /** That became ready, and could be compared. */
  lives: number
}
