import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { renderJson } from '../../../harness/report/json.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { verdictOn } from './verdicts.ts'

/** Milliseconds to the microsecond. */
const ms = z
  .number()
  .min(0)
  .refine(value => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6)
const clauseId = z.enum(CLAUSE_IDS as [string, ...string[]])
const count = z.number().int().min(0)
const sentence = z.string().min(1)

/** What every clause has, whatever came of it. */
const common = { id: clauseId, level: z.enum(['must', 'should', 'may']), lives: z.array(z.string()) }
const seen = z.strictObject({ life: z.string(), sinceLaunchMs: ms })

/** DESIGN.md's verdict, with nothing left out and nothing beside. */
const document = z.strictObject({
  schema: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: ms,
  verdict: z.enum(['pass', 'fail', 'error', 'interrupted']),
  strict: z.boolean(),
  host: z.strictObject({
    kind: z.enum(['linux', 'posix', 'windows']),
    os: z.string(),
    arch: z.string(),
    node: z.string(),
    cpus: count,
  }),
  summary: z.strictObject({
    pass: count,
    fail: count,
    warn: count,
    waived: count,
    skipped: count,
    blocked: count,
  }),
  phases: z.array(z.strictObject({ name: z.string(), ms })),
  concurrency: count,
  sidecars: z.array(
    z.strictObject({
      contract: z.string(),
      name: z.string(),
      conditions: z.strictObject({ environment: z.enum(['bare', 'caller']) }),
      file: z.strictObject({
        path: z.string(),
        name: z.string(),
        triple: z.string().nullable(),
        format: z.string(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        bytes: count,
      }),
      lives: z.array(
        z.strictObject({
          id: z.string(),
          scenario: z.string(),
          announcedMs: ms.nullable(),
          readyMs: ms.nullable(),
          stopMs: ms.nullable(),
          durationMs: ms,
          exit: z.strictObject({ code: z.number().nullable(), signal: z.string().nullable() }).nullable(),
        }),
      ),
      clauses: z.array(
        z.discriminatedUnion('outcome', [
          z.strictObject({ ...common, outcome: z.literal('pass'), observed: sentence }),
          z.strictObject({
            ...common,
            outcome: z.enum(['fail', 'warn']),
            expected: sentence,
            observed: sentence,
            seen: seen.optional(),
          }),
          z.strictObject({ ...common, outcome: z.literal('skipped'), reason: sentence }),
          z.strictObject({ ...common, outcome: z.literal('blocked'), blockedBy: clauseId }),
        ]),
      ),
    }),
  ),
})

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }

function render(given: Case = {}, interrupted = false) {
  return document.parse(JSON.parse(renderJson(verdictOn(given, interrupted), TOOL)))
}

describe('the verdict as JSON', () => {
  test.each<[string, Case]>([
    ['a sound sidecar', {}],
    ['one that exits', { only: [aLife('stop-sigterm').logs('no').exits(1).leaves()] }],
    ['one that cannot be launched', { only: [aLife('stop-sigterm').launchFails('EACCES', 'spawn EACCES')] }],
    ['a file that is no program', { only: [], artifact: { mode: 0o644, triple: null } }],
    ['one that logs nothing', { lives: [aLife('stop-sigint').announces().isReady().stopsOn('SIGINT')] }],
    ['one that is stopped by one signal', { contract: { stop: { signals: ['SIGINT'] } } }],
    ['one that starts in a shell alone', { conditions: { environment: 'caller' } }],
    ['a gate that was interrupted', { without: { 'fleet-sigterm': null, 'fleet-sigint': null } }],
  ])('on %s keeps its schema', (_what, given) => {
    expect(render(given).sidecars).toHaveLength(1)
  })

  test('is the verdict, field by field', () => {
    const life = aLife('stop-sigint').logs('up').announces().isReady().stopsOn('SIGINT', { exit: 1 })
    const { sidecars, ...rest } = render({ contract: { name: 'notes' }, lives: [life] })
    expect(rest).toEqual({
      schema: 1,
      tool: TOOL,
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1234.568,
      verdict: 'fail',
      strict: false,
      host: evidenceOf().host,
      summary: { pass: CLAUSE_IDS.length - 1, fail: 1, warn: 0, waived: 0, skipped: 0, blocked: 0 },
      phases: [
        { name: 'read the file', ms: 34.568 },
        { name: 'lives', ms: 1200 },
      ],
      concurrency: 4,
    })
    const [sidecar] = sidecars
    expect(sidecar).toMatchObject({
      contract: 'defaults',
      name: 'notes',
      conditions: { environment: 'bare' },
      file: {
        path: '/app/backend-x86_64-unknown-linux-gnu',
        name: 'backend-x86_64-unknown-linux-gnu',
        triple: 'x86_64-unknown-linux-gnu',
        format: 'elf',
        bytes: 50 * 1024 * 1024,
      },
    })
    expect(sidecar?.lives.find(({ id }) => id === 'stop-sigint')).toEqual({
      id: 'stop-sigint',
      scenario: 'stop-sigint',
      announcedMs: 40,
      readyMs: 42,
      stopMs: 5,
      durationMs: 55,
      exit: { code: 1, signal: null },
    })
    expect(sidecar?.clauses.find(({ outcome }) => outcome === 'fail')).toEqual({
      id: 'stop/sigint',
      lives: ['stop-sigint'],
      level: 'must',
      outcome: 'fail',
      expected: 'after SIGINT it exits by itself with code 0 within 10.00 s',
      observed: 'it exited with code 1, 5.0 ms after SIGINT; its last words on stderr: "up"',
      seen: { life: 'stop-sigint', sinceLaunchMs: 55 },
    })
  })

  test.each([
    ['pass', {}, false],
    ['fail', { artifact: { mode: 0o700 } }, false],
    ['interrupted', { artifact: { mode: 0o700 } }, true],
  ] as const)('says %s', (outcome, given, interrupted) => {
    expect(render(given, interrupted).verdict).toBe(outcome)
  })

  test("holds nothing of the contract's environment", () => {
    const given = { contract: { env: { API_KEY: 'hunter2' } } }
    expect(renderJson(verdictOn(given), TOOL)).not.toContain('hunter2')
  })

  test('is one document that ends with a newline', () => {
    expect(renderJson(verdictOn(), TOOL)).toMatch(/^\{\n.*\n\}\n$/s)
  })
})
