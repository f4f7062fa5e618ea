import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { skipped } from '../../../harness/clauses/clause.ts'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { renderJson } from '../../../harness/report/json.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { BROKEN, blockedBy, type Found, verdictFor, verdictOn } from './verdicts.ts'

/** Milliseconds to the microsecond. */
const ms = z
  .number()
  .min(0)
  .refine(value => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6)
const clauseId = z.enum(CLAUSE_IDS as unknown as [string, ...string[]])
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
  timeScale: z.number().positive(),
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
      conditions: z.strictObject({
        environment: z.enum(['bare', 'caller']),
        directory: z.enum(['private', 'caller']),
      }),
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
          z.strictObject({
            ...common,
            outcome: z.literal('waived'),
            expected: sentence,
            observed: sentence,
            seen: seen.optional(),
            reason: sentence,
          }),
          z.strictObject({ ...common, outcome: z.literal('skipped'), reason: sentence }),
          z.strictObject({ ...common, outcome: z.literal('blocked'), blockedBy: clauseId }),
        ]),
      ),
      staleWaivers: z.array(clauseId),
      unproven: z.array(clauseId),
    }),
  ),
})

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }

test('docs/verdict.md names every field', async () => {
  const page = await readFile(new URL('../../../docs/verdict.md', import.meta.url), 'utf8')
  const [table = ''] = page.split('## The list of clauses')
  const named = [...table.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
  const fields = [...Object.keys(document.shape), ...Object.keys(document.shape.sidecars.element.shape)]
  const outcomes = ['pass', 'fail', 'warn', 'waived', 'skipped', 'blocked']
  expect(new Set(named)).toEqual(new Set([...fields, ...outcomes]))
})

const parse = (verdict: Verdict) => document.parse(JSON.parse(renderJson(verdict, TOOL)))

describe('the verdict as JSON', () => {
  test.each<[string, Case]>([
    ['a sound sidecar', {}],
    ['one that exits', { only: [aLife('stop-sigterm').logs('no').exits(1).leaves()] }],
    ['one that cannot be launched', { only: [aLife('stop-sigterm').launchFails('EACCES', 'spawn EACCES')] }],
    ['a file that is no program', { only: [], artifact: { mode: 0o644, triple: null } }],
    ['one that logs nothing', { lives: [aLife('stop-sigint').announces().isReady().stopsOn('SIGINT')] }],
    ['one that is stopped by one signal', { contract: { stop: { signals: ['SIGINT'] } } }],
    ['one that starts in a shell alone', { conditions: { environment: 'caller', directory: 'private' } }],
    ['a gate that was interrupted', { without: { 'fleet-sigterm': null, 'fleet-sigint': null } }],
  ])('on %s keeps its schema', (_what, given) => {
    expect(parse(verdictOn(given)).sidecars).toHaveLength(1)
  })

  test('is the verdict, field by field', () => {
    const life = aLife('stop-sigint').logs('up').announces().isReady().stopsOn('SIGINT', { exit: 1 })
    const clauses = [
      'logs/on-stderr',
      'stop/sigterm',
      'stop/sigint',
      'stop/requested',
      'stop/killed',
    ] as const
    const { sidecars, ...rest } = parse(
      verdictFor({
        clauses,
        contract: { name: 'notes', waive: { 'stop/sigterm': 'not needed', 'stop/killed': 'a tool of ours' } },
        lives: [life],
        found: {
          'logs/on-stderr': { outcome: 'blocked', by: 'stop/sigint' },
          'stop/sigint': BROKEN,
          'stop/requested': skipped('no such way'),
          'stop/killed': { ...BROKEN, seen: null },
        },
        facts: { timeScale: 3 },
      }),
    )
    expect(rest).toEqual({
      schema: 1,
      tool: TOOL,
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1234.568,
      verdict: 'fail',
      strict: false,
      timeScale: 3,
      host: evidenceOf().host,
      summary: { pass: 1, fail: 1, warn: 0, waived: 1, skipped: 1, blocked: 1 },
      phases: [
        { name: 'read the file', ms: 34.568 },
        { name: 'lives', ms: 1200 },
      ],
      concurrency: 4,
    })
    expect(sidecars).toEqual([
      {
        contract: 'defaults',
        name: 'notes',
        conditions: { environment: 'bare', directory: 'private' },
        file: {
          path: '/app/backend-x86_64-unknown-linux-gnu',
          name: 'backend-x86_64-unknown-linux-gnu',
          triple: 'x86_64-unknown-linux-gnu',
          format: 'elf',
          sha256: 'ab'.repeat(32),
          bytes: 50 * 1024 * 1024,
        },
        lives: [
          {
            id: 'stop-sigint',
            scenario: 'stop-sigint',
            announcedMs: 40,
            readyMs: 42,
            stopMs: 5,
            durationMs: 55,
            exit: { code: 1, signal: null },
          },
        ],
        clauses: [
          {
            id: 'logs/on-stderr',
            level: 'should',
            outcome: 'blocked',
            blockedBy: 'stop/sigint',
            lives: ['one'],
          },
          { id: 'stop/sigterm', level: 'must', outcome: 'pass', observed: 'as promised', lives: ['one'] },
          {
            id: 'stop/sigint',
            level: 'must',
            outcome: 'fail',
            expected: 'what was promised',
            observed: 'something else',
            seen: { life: 'stop-sigint', sinceLaunchMs: 55 },
            lives: ['one'],
          },
          { id: 'stop/requested', level: 'must', outcome: 'skipped', reason: 'no such way', lives: ['one'] },
          {
            id: 'stop/killed',
            level: 'should',
            outcome: 'waived',
            expected: 'what was promised',
            observed: 'something else',
            reason: 'a tool of ours',
            lives: ['one'],
          },
        ],
        staleWaivers: ['stop/sigterm'],
        unproven: [],
      },
    ])
  })

  test('says of a strict gate that it was one, and what is not proven', () => {
    const { strict, verdict, sidecars } = parse(
      verdictFor({
        contract: { waive: { 'start/within-budget': 'slow' } },
        found: { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', ['stop/sigint']) },
        facts: { strict: true },
      }),
    )
    expect({ strict, verdict }).toEqual({ strict: true, verdict: 'fail' })
    expect(sidecars[0]?.unproven).toEqual(['stop/sigint'])
  })

  test.each<[string, Found]>([
    ['pass', {}],
    ['fail', { found: { 'stop/sigint': BROKEN } }],
    ['interrupted', { found: { 'stop/sigint': BROKEN }, facts: { interrupted: true } }],
  ])('says %s', (outcome, given) => {
    expect(parse(verdictFor(given)).verdict).toBe(outcome)
  })

  test("holds nothing of the contract's environment", () => {
    const given = { contract: { env: { API_KEY: 'hunter2' } } }
    expect(renderJson(verdictOn(given), TOOL)).not.toContain('hunter2')
  })

  test('is one document that ends with a newline', () => {
    expect(renderJson(verdictOn(), TOOL)).toMatch(/^\{\n.*\n\}\n$/s)
  })
})
