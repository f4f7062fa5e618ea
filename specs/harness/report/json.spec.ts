import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { skipped } from '../../../harness/clauses/clause.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { renderJson } from '../../../harness/report/json.ts'
import { verdictSchema } from '../../../harness/report/verdict-schema.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { BROKEN, blockedBy, type Found, runOf, verdictFor, verdictOn } from './verdicts.ts'

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }

const parse = (...verdicts: Verdict[]) =>
  verdictSchema.parse(JSON.parse(renderJson(runOf(...verdicts), TOOL)))

/** What not every verdict has. */
const SOMETIMES = ['bundle', 'notes']

test('docs/verdict.md names every field', async () => {
  const page = await readFile(new URL('../../../docs/verdict.md', import.meta.url), 'utf8')
  const [table = ''] = page.split('## The list of clauses')
  const named = [...table.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
  const document = parse(verdictOn())
  const fields = [...Object.keys(document), ...Object.keys(document.sidecars[0] ?? {})]
  const outcomes = ['pass', 'fail', 'warn', 'waived', 'skipped', 'blocked']
  expect(new Set(named)).toEqual(new Set([...fields, ...outcomes, ...SOMETIMES]))
})

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
        facts: { timeScale: 3, chosenBy: 'environment' },
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
        verdict: 'fail',
        durationMs: 1234.568,
        phases: [
          { name: 'read the file', ms: 34.568 },
          { name: 'lives', ms: 1200 },
        ],
        summary: { pass: 1, fail: 1, warn: 0, waived: 1, skipped: 1, blocked: 1 },
        conditions: { environment: 'bare', directory: 'private' },
        file: {
          path: '/app/backend-x86_64-unknown-linux-gnu',
          name: 'backend-x86_64-unknown-linux-gnu',
          triple: 'x86_64-unknown-linux-gnu',
          format: 'elf',
          sha256: 'ab'.repeat(32),
          bytes: 50 * 1024 * 1024,
          chosenBy: 'environment',
          target: null,
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
            diagnosis: expect.objectContaining({ id: 'stop-exits-with-failure' }),
            lastLines: {
              stdout: { lines: [{ sinceLaunchMs: 40, text: 'BACKEND_PORT:41234' }], earlier: 0 },
              stderr: { lines: [{ sinceLaunchMs: 0, text: 'up' }], earlier: 0 },
            },
            lives: ['one'],
          },
          { id: 'stop/requested', level: 'must', outcome: 'skipped', reason: 'no such way', lives: ['one'] },
          {
            id: 'stop/killed',
            level: 'should',
            outcome: 'waived',
            expected: 'what was promised',
            observed: 'something else',
            diagnosis: expect.objectContaining({ id: expect.any(String) }),
            reason: 'a tool of ours',
            lives: ['one'],
          },
        ],
        staleWaivers: ['stop/sigterm'],
        unproven: [],
      },
    ])
  })

  test('of several sidecars adds up, and tells of each', () => {
    const sound = verdictFor({ contract: { name: 'notes' } })
    const { verdict, summary, durationMs, phases, sidecars } = parse(
      sound,
      verdictFor({ contract: { name: 'search' }, found: { 'stop/sigint': BROKEN } }),
    )
    expect({ verdict, durationMs }).toEqual({ verdict: 'fail', durationMs: 2469.136 })
    expect(summary).toMatchObject({ pass: 2 * sound.summary.pass - 1, fail: 1 })
    expect(phases).toEqual([
      { name: 'read the file', ms: 69.136 },
      { name: 'lives', ms: 2400 },
    ])
    expect(sidecars.map(({ name, verdict, summary: { fail } }) => ({ name, verdict, fail }))).toEqual([
      { name: 'notes', verdict: 'pass', fail: 0 },
      { name: 'search', verdict: 'fail', fail: 1 },
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
    expect(renderJson(runOf(verdictOn(given)), TOOL)).not.toContain('hunter2')
  })

  test('is one document that ends with a newline', () => {
    expect(renderJson(runOf(verdictOn()), TOOL)).toMatch(/^\{\n.*\n\}\n$/s)
  })
})
