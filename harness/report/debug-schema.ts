import { z } from 'zod'
import { DEBUG_SCHEMA, type DebugDocument } from './debug-document.ts'
import { clause, clauseId, host, ms, outcome, publish, sidecar } from './verdict-schema.ts'

/** What `debug --json` writes, with nothing left out and nothing beside. */
export const debugSchema: z.ZodType<DebugDocument> = z.strictObject({
  schema: z.literal(DEBUG_SCHEMA),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: ms,
  host,
  verdict: outcome,
  cause: z.string().min(1).nullable(),
  main: clause.nullable(),
  blocked: z.array(clauseId),
  others: z.array(clause),
  timeline: z.array(z.strictObject({ sinceLaunchMs: ms, what: z.string(), text: z.string() })),
  sidecar,
})

/** The same as JSON Schema, for readers in any language. */
export function debugJsonSchema(): Record<string, unknown> {
  return publish(debugSchema, {
    title: 'What sidecar-harness debug has found',
    description: 'What `sidecar-harness debug --json` writes. docs/debug.md tells of each field.',
  })
}
