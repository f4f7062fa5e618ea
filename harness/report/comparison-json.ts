import { fileFacts } from '../compare/file-differences.ts'
import type { Measure } from '../compare/measures.ts'
import type { Snapshot } from '../compare/snapshot.ts'
import {
  COMPARISON_SCHEMA,
  type ComparisonDocument,
  type MeasureDocument,
  type SideDocument,
} from './comparison-document.ts'
import type { ComparisonRun } from './comparison-rows.ts'

/** The comparison for machines. */
export function renderComparisonJson(run: ComparisonRun): string {
  return `${JSON.stringify(toDocument(run), null, 2)}\n`
}

function toDocument({
  of,
  comparison,
  tool,
  startedAt,
  durationMs,
  turnsMs,
}: ComparisonRun): ComparisonDocument {
  const { sideBySide, isSameFile, summary, differences, measures, notes } = comparison
  return {
    schema: COMPARISON_SCHEMA,
    ...{ tool, startedAt, durationMs, of, sideBySide, turnsMs, isSameFile, summary, differences },
    measures: measures.map(toMeasure),
    old: toSide(comparison.old),
    new: toSide(comparison.new),
    notes,
  }
}

function toMeasure({ metric, from, to, shift, p, finding }: Measure): MeasureDocument {
  const { estimate = null, interval = null } = shift ?? {}
  return { metric, old: from, new: to, shift: estimate, interval, p, finding }
}

function toSide({ artifact, host, outcome, summary, lives }: Snapshot): SideDocument {
  const { path, name, sha256 } = artifact
  const file = fileFacts(artifact)
  return { path, name, sha256, file, host, verdict: outcome, clauses: summary, lives: lives.length }
}
