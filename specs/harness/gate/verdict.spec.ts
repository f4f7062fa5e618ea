import { describe, expect, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { type GateFacts, reachVerdict } from '../../../harness/gate/verdict.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'

const FACTS: GateFacts = {
  startedAt: new Date('2026-01-01T00:00:00Z'),
  durationMs: 1234,
  phases: [{ name: 'lives', ms: 1200 }],
  concurrency: 4,
  interrupted: false,
}

const verdictOn = (given: Case = {}, facts: Partial<GateFacts> = {}) =>
  reachVerdict(evidenceOf(given), { ...FACTS, ...facts })

const NONE = { pass: 0, fail: 0, warn: 0, waived: 0, skipped: 0, blocked: 0 }

describe('a verdict', () => {
  test('on a sound sidecar is a pass of every clause', () => {
    const verdict = verdictOn()
    expect(verdict).toMatchObject({
      outcome: 'pass',
      summary: { ...NONE, pass: CLAUSE_IDS.length },
      contract: { name: 'sidecar', file: null },
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1234,
      phases: [{ name: 'lives', ms: 1200 }],
      concurrency: 4,
      conditions: { environment: 'bare' },
    })
    expect(verdict.clauses.map(({ id }) => id)).toEqual(CLAUSE_IDS)
  })

  test('has the level and the promise of each clause', () => {
    for (const { id, level, promise } of verdictOn().clauses)
      expect({ level, promise }).toEqual(CATALOGUE[id])
  })

  test('on a must that failed is a failure, with what was expected, seen, and when', () => {
    const life = aLife('stop-sigint').logs('up').announces().isReady().stopsOn('SIGINT', { exit: 130 })
    const verdict = verdictOn({ lives: [life] })
    expect(verdict.outcome).toBe('fail')
    expect(verdict.summary).toEqual({ ...NONE, pass: CLAUSE_IDS.length - 1, fail: 1 })
    expect(verdict.clauses.find(({ id }) => id === 'stop/sigint')).toEqual({
      id: 'stop/sigint',
      lives: ['stop-sigint'],
      level: 'must',
      outcome: 'fail',
      promise: CATALOGUE['stop/sigint'].promise,
      expected: 'after SIGINT it exits by itself with code 0 within 10.00 s',
      observed:
        'it exited with code 130, 5.0 ms after SIGINT: its handler ends with 128 + 2, as a shell reports a death by signal',
      seen: { life: 'stop-sigint', sinceLaunchMs: 55 },
      reason: null,
      blockedBy: null,
    })
  })

  test('on a should that failed is a warning, and a pass', () => {
    const life = aLife('stop-sigint').announces().isReady().stopsOn('SIGINT')
    const verdict = verdictOn({ lives: [life] })
    expect(verdict.outcome).toBe('pass')
    expect(verdict.summary).toEqual({ ...NONE, pass: CLAUSE_IDS.length - 1, warn: 1 })
    expect(verdict.clauses.find(({ id }) => id === 'logs/on-stderr')).toMatchObject({
      level: 'should',
      outcome: 'warn',
      expected: 'human logs on stderr',
    })
  })

  test('says why clauses were skipped and by what they were blocked', () => {
    const skipped = verdictOn({ contract: { stop: { signals: ['SIGTERM'] } } })
    expect(skipped.summary).toEqual({ ...NONE, pass: CLAUSE_IDS.length - 1, skipped: 1 })
    expect(skipped.clauses.find(({ outcome }) => outcome === 'skipped')).toMatchObject({
      id: 'stop/sigint',
      reason: 'the contract names no such way of stopping',
      blockedBy: null,
      observed: null,
    })
    const blocked = verdictOn({ only: [aLife('stop-sigterm').exits(1).leaves()] })
    expect(blocked.summary).toEqual({ ...NONE, pass: 2, fail: 1, blocked: CLAUSE_IDS.length - 3 })
    expect(blocked.clauses.at(-1)).toMatchObject({ outcome: 'blocked', blockedBy: 'start/within-budget' })
  })

  test('of an interrupted gate is an interruption, whatever was found by then', () => {
    expect(verdictOn({}, { interrupted: true }).outcome).toBe('interrupted')
    const only = [aLife('stop-sigterm').exits(1).leaves()]
    expect(verdictOn({ only }, { interrupted: true }).outcome).toBe('interrupted')
  })
})

describe('the lives of a verdict', () => {
  const livesOf = (life: ReturnType<typeof aLife>) => verdictOn({ only: [life] }).lives

  test('have their times, from the launch or the signal on', () => {
    const life = aLife('stop-sigterm').announces().isReady().isSeen().stopsOn('SIGTERM', { afterMs: 7 })
    expect(livesOf(life)).toEqual([
      {
        id: 'stop-sigterm',
        scenario: 'stop-sigterm',
        announcedMs: 40,
        readyMs: 42,
        stopMs: 7,
        durationMs: 60,
        exit: { code: 0, signal: null },
      },
    ])
  })

  test('have none of what did not happen', () => {
    expect(livesOf(aLife('stop-sigterm').launchFails('ENOENT', 'spawn ENOENT'))).toEqual([
      {
        id: 'stop-sigterm',
        scenario: 'stop-sigterm',
        announcedMs: null,
        readyMs: null,
        stopMs: null,
        durationMs: 0,
        exit: null,
      },
    ])
  })

  test('have no time to stop where the exit came before the signal', () => {
    const life = aLife('stop-sigterm').announces().isReady().exits('SIGSEGV').after(3).isSent('SIGTERM')
    expect(livesOf(life.leaves())).toMatchObject([{ stopMs: null, exit: { code: null, signal: 'SIGSEGV' } }])
  })
})
