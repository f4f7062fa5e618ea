import type { ClauseId } from '../contract/catalogue.ts'
import { conclude } from '../gate/conclude.ts'
import type { Verdict } from '../gate/verdict.ts'
import type { HostDescription } from '../recording/evidence.ts'
import { causeOf } from './conclusion.ts'
import { round, toClause, toSidecar } from './json.ts'
import type { TimelineEntry } from './timeline.ts'
import type { ClauseDocument, SidecarDocument, Tool } from './verdict-document.ts'

/** Changes whenever a field changes its meaning or goes. What is added changes nothing. */
export const DEBUG_SCHEMA = 1

/** What `debug --json` writes: see docs/debug.md, and schema/debug.schema.json. */
export interface DebugDocument {
  schema: typeof DEBUG_SCHEMA
  tool: Tool
  startedAt: string
  durationMs: number
  host: HostDescription
  verdict: Verdict['outcome']
  /** What is wrong, in one sentence; null where nothing is. */
  cause: string | null
  /** The clause that it breaks: what to mend first. */
  main: ClauseDocument | null
  /** What could not be judged because of that. */
  blocked: readonly ClauseId[]
  /** What failed beside it, the gravest first. */
  others: readonly ClauseDocument[]
  /** The observed life, as it was told. */
  timeline: readonly TimelineEntry[]
  sidecar: SidecarDocument
}

export function renderDebugJson(verdict: Verdict, timeline: readonly TimelineEntry[], tool: Tool): string {
  const { main, blocked, others } = conclude(verdict)
  const document: DebugDocument = {
    schema: DEBUG_SCHEMA,
    tool,
    startedAt: verdict.startedAt,
    durationMs: round(verdict.durationMs),
    host: verdict.host,
    verdict: verdict.outcome,
    cause: main === null ? null : causeOf(main),
    main: main === null ? null : toClause(main),
    blocked,
    others: others.map(toClause),
    timeline: timeline.map(entry => ({ ...entry, sinceLaunchMs: round(entry.sinceLaunchMs) })),
    sidecar: toSidecar(verdict),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
