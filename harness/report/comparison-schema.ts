import { z } from 'zod'
import { TOPICS } from '../compare/differences.ts'
import { METRICS } from '../compare/measures.ts'
import { NOISE_FINDINGS } from '../statistics/beyond-noise.ts'
import type { Spread } from '../statistics/spread.ts'
import { COMPARISON_SCHEMA, type ComparisonDocument } from './comparison-document.ts'
import { clauseId, host, ms, number, outcome, publish, summary } from './verdict-schema.ts'

const kinds = z.strictObject({ regression: number, improvement: number, change: number })

const difference = z.strictObject({
  kind: z.enum(['regression', 'change', 'improvement']),
  topic: z.enum(TOPICS),
  subject: z.string(),
  old: z.string().nullable(),
  new: z.string().nullable(),
  sentence: z.string().min(1),
  clauses: z.array(clauseId).optional(),
})

export const spread: z.ZodType<Spread> = z.strictObject({
  count: z.int().min(1),
  least: z.number(),
  lowerQuartile: z.number(),
  median: z.number(),
  upperQuartile: z.number(),
  most: z.number(),
})

/** Milliseconds or bytes, as the metric's name says. */
const measure = z.strictObject({
  metric: z.enum(METRICS),
  old: spread.nullable(),
  new: spread.nullable(),
  shift: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  p: z.number().min(0).max(1),
  finding: z.enum(NOISE_FINDINGS),
})

const side = z.strictObject({
  path: z.string(),
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  file: z.strictObject({
    bytes: number,
    target: z.string(),
    runtime: z.string().nullable(),
    libraries: z.array(z.string()).nullable(),
    leastGlibc: z.string().nullable(),
  }),
  host,
  verdict: outcome,
  clauses: summary,
  lives: number,
})

/** The comparison as `--reporter json` writes it, with nothing left out and nothing beside. */
export const comparisonSchema: z.ZodType<ComparisonDocument> = z.strictObject({
  schema: z.literal(COMPARISON_SCHEMA),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: ms,
  of: z.enum(['binaries', 'recordings']),
  sideBySide: z.boolean(),
  turnsMs: ms.nullable(),
  isSameFile: z.boolean(),
  summary: kinds,
  differences: z.array(difference),
  measures: z.array(measure),
  old: side,
  new: side,
  notes: z.array(z.string()),
})

/** The same as JSON Schema, for readers in any language. */
export function comparisonJsonSchema(): Record<string, unknown> {
  return publish(comparisonSchema, {
    title: 'A comparison by sidecar-harness',
    description:
      'What `sidecar-harness compare --reporter json` writes. docs/compare.md tells of each field.',
  })
}
