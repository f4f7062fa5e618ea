import { z } from 'zod'
import { COPY_STATES } from '../bundle/judge.ts'
import { CLAUSE_IDS, type ClauseId, LEVELS } from '../contract/catalogue.ts'
import {
  type ClauseDocument,
  type SidecarDocument,
  VERDICT_SCHEMA,
  type VerdictDocument,
} from './verdict-document.ts'

/** Milliseconds, to the microsecond. */
export const ms: z.ZodNumber = z.number().min(0)
export const number: z.ZodInt = z.int().min(0)
const sentence = z.string().min(1)
export const clauseId: z.ZodEnum<{ [Id in ClauseId]: Id }> = z.enum(CLAUSE_IDS)
export const outcome: z.ZodType<VerdictDocument['verdict']> = z.enum(['pass', 'fail', 'error', 'interrupted'])
const phases = z.array(z.strictObject({ name: z.string(), ms }))

export const summary: z.ZodType<VerdictDocument['summary']> = z.strictObject({
  pass: number,
  fail: number,
  warn: number,
  waived: number,
  skipped: number,
  blocked: number,
})

export const host: z.ZodType<VerdictDocument['host']> = z.strictObject({
  kind: z.enum(['linux', 'posix', 'windows']),
  os: z.string(),
  arch: z.string(),
  node: z.string(),
  cpus: number,
})

const file = z.strictObject({
  path: z.string(),
  name: z.string(),
  triple: z.string().nullable(),
  format: z.enum(['elf', 'mach-o', 'mach-o-universal', 'pe', 'script', 'empty', 'unknown']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: number,
  chosenBy: z.enum(['contract', 'environment', 'caller']),
  target: z.string().nullable(),
})

const bundle = z.strictObject({
  directory: z.string(),
  outcome: z.enum(['pass', 'fail']),
  expected: sentence,
  observed: sentence,
  copies: z.array(
    z.strictObject({
      path: z.string(),
      outcome: z.enum(['pass', 'fail', 'note']),
      is: z.enum(COPY_STATES),
      sha256: z.string().nullable(),
      observed: sentence,
    }),
  ),
  unopened: z.array(z.string()),
  mend: sentence.nullable(),
})

const life = z.strictObject({
  id: z.string(),
  scenario: z.string(),
  announcedMs: ms.nullable(),
  readyMs: ms.nullable(),
  stopMs: ms.nullable(),
  durationMs: ms,
  exit: z.strictObject({ code: z.int().nullable(), signal: z.string().nullable() }).nullable(),
})

const lastLines = z.strictObject({
  lines: z.array(z.strictObject({ sinceLaunchMs: ms, text: z.string() })),
  earlier: number,
})

const diagnosis = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  cause: sentence,
  evidence: z.array(z.string()),
  fix: sentence,
  sources: z.array(z.string()),
})

/** What every clause has, whatever came of it. */
const common = { id: clauseId, level: z.enum(LEVELS), lives: z.array(z.string()) }

const failure = {
  ...common,
  expected: sentence,
  observed: sentence,
  seen: z.strictObject({ life: z.string(), sinceLaunchMs: ms }).optional(),
  diagnosis: diagnosis.optional(),
  lastLines: z.strictObject({ stdout: lastLines, stderr: lastLines }).optional(),
}

export const clause: z.ZodType<ClauseDocument> = z.discriminatedUnion('outcome', [
  z.strictObject({ ...common, outcome: z.literal('pass'), observed: sentence }),
  z.strictObject({ ...failure, outcome: z.enum(['fail', 'warn']) }),
  z.strictObject({ ...failure, outcome: z.literal('waived'), reason: sentence }),
  z.strictObject({ ...common, outcome: z.literal('skipped'), reason: sentence }),
  z.strictObject({ ...common, outcome: z.literal('blocked'), blockedBy: clauseId }),
])

export const sidecar: z.ZodType<SidecarDocument> = z.strictObject({
  contract: z.string(),
  name: z.string(),
  verdict: outcome,
  durationMs: ms,
  phases,
  summary,
  conditions: z.strictObject({
    environment: z.enum(['bare', 'caller']),
    directory: z.enum(['private', 'caller']),
  }),
  notes: z.array(sentence).optional(),
  file,
  bundle: bundle.optional(),
  lives: z.array(life),
  clauses: z.array(clause),
  staleWaivers: z.array(clauseId),
  unproven: z.array(clauseId),
})

/** The verdict as `--reporter json` writes it, with nothing left out and nothing beside. */
export const verdictSchema: z.ZodType<VerdictDocument> = z.strictObject({
  schema: z.literal(VERDICT_SCHEMA),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: ms,
  verdict: outcome,
  strict: z.boolean(),
  timeScale: z.number().positive(),
  host,
  summary,
  phases,
  concurrency: number,
  sidecars: z.array(sidecar).min(1),
})

/** The same as JSON Schema, for readers of verdicts in any language. */
export function verdictJsonSchema(): Record<string, unknown> {
  return publish(verdictSchema, {
    title: 'The verdict of sidecar-harness',
    description: 'What `sidecar-harness check --reporter json` writes. docs/verdict.md tells of each field.',
  })
}

/**
 * A schema as it is published. It leaves room for fields that are added, because these do not change the schema's
 * number.
 */
export function publish(
  document: z.ZodType,
  { title, description }: { readonly title: string; readonly description: string },
): Record<string, unknown> {
  const schema = z.toJSONSchema(document, {
    target: 'draft-2020-12',
    reused: 'ref',
    override: ({ zodSchema, jsonSchema }) => {
      delete jsonSchema.additionalProperties
      // So are clauses.
      if (zodSchema !== clauseId) return
      delete jsonSchema.enum
      jsonSchema.pattern = '^[a-z]+/[a-z0-9-]+$'
    },
  })
  return { title, description, ...schema }
}
