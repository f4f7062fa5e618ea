import { describe, expect, test } from 'vitest'
import { skipped } from '../../../harness/clauses/clause.ts'
import { CATALOGUE, CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import type { ClauseResult, Verdict } from '../../../harness/gate/verdict.ts'
import { aLife } from '../clauses/recordings.ts'
import { BROKEN, blockedBy, verdictFor, verdictOn } from '../report/verdicts.ts'

const NONE = { pass: 0, fail: 0, warn: 0, waived: 0, skipped: 0, blocked: 0 }
const BY_DEFAULT = CLAUSE_IDS.filter(id => CATALOGUE[id].level !== 'may')
const ALL = BY_DEFAULT.length

function resultOf(id: string, verdict: Verdict): ClauseResult | undefined {
  return verdict.clauses.find(clause => clause.id === id)
}

describe('a verdict', () => {
  test('on a sound sidecar is a pass of every clause', () => {
    const verdict = verdictFor()
    expect(verdict).toMatchObject({
      outcome: 'pass',
      strict: false,
      timeScale: 1,
      summary: { ...NONE, pass: ALL },
      contract: { name: 'sidecar', file: null },
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1234.567_89,
      concurrency: 4,
      conditions: { environment: 'bare', directory: 'private' },
      staleWaivers: [],
      unproven: [],
    })
    expect(verdict.clauses.map(({ id }) => id)).toEqual(BY_DEFAULT)
  })

  test('has the level and the promise of each clause', () => {
    for (const { id, level, promise } of verdictFor({ clauses: CLAUSE_IDS }).clauses)
      expect({ level, promise }).toEqual(CATALOGUE[id])
  })

  test('on a must that failed is a failure, with what was expected, seen, and when', () => {
    const life = aLife('stop-sigint').logs('up').announces().isReady().stopsOn('SIGINT', { exit: 130 })
    const verdict = verdictOn({ lives: [life] })
    expect(verdict.outcome).toBe('fail')
    expect(resultOf('stop/sigint', verdict)).toEqual({
      id: 'stop/sigint',
      lives: ['stop-sigint'],
      level: 'must',
      outcome: 'fail',
      promise: CATALOGUE['stop/sigint'].promise,
      expected: 'after SIGINT it exits by itself with code 0 within 10.00 s',
      observed:
        'it exited with code 130, 5.0 ms after SIGINT: its handler ends with 128 + 2, as a shell reports a death by signal',
      seen: { life: 'stop-sigint', sinceLaunchMs: 55 },
      lastLines: {
        stdout: { lines: [{ sinceLaunchMs: 40, text: 'BACKEND_PORT:41234' }], earlier: 0 },
        stderr: { lines: [{ sinceLaunchMs: 0, text: 'up' }], earlier: 0 },
      },
      diagnosis: expect.objectContaining({ id: 'exits-as-if-killed' }),
      reason: null,
      blockedBy: null,
    })
  })

  test('keeps last lines of what did not hold alone, waived or not, where a life showed it', () => {
    const verdict = verdictFor({
      contract: { waive: { 'stop/sigint': 'known' } },
      found: {
        'stop/sigint': BROKEN,
        'logs/on-stderr': BROKEN,
        'artifact/size': { ...BROKEN, seen: null },
        'stop/requested': skipped('no such way'),
      },
      lives: [aLife('stop-sigint').logs('up')],
    })
    const kept = verdict.clauses.filter(({ lastLines }) => lastLines !== null).map(({ id }) => id)
    expect(kept).toEqual(['logs/on-stderr', 'stop/sigint'])
  })

  test('says who chose the file, and whether its contract is one of several', () => {
    expect(verdictFor()).toMatchObject({ chosenBy: 'caller', contract: { oneOfSeveral: false } })
    expect(verdictFor({ facts: { chosenBy: 'environment', oneOfSeveral: true } })).toMatchObject({
      chosenBy: 'environment',
      contract: { oneOfSeveral: true },
    })
  })

  test('on a should that failed is a warning, and a pass', () => {
    const verdict = verdictFor({ found: { 'logs/on-stderr': BROKEN } })
    expect(verdict.outcome).toBe('pass')
    expect(verdict.summary).toEqual({ ...NONE, pass: ALL - 1, warn: 1 })
    expect(resultOf('logs/on-stderr', verdict)).toMatchObject({
      level: 'should',
      outcome: 'warn',
      expected: 'what was promised',
    })
  })

  test('says why clauses were skipped and by what they were blocked', () => {
    const verdict = verdictFor({
      found: {
        'stop/requested': skipped('no such way'),
        'start/within-budget': BROKEN,
        'stop/sigint': { outcome: 'blocked', by: 'start/within-budget' },
      },
    })
    expect(verdict.summary).toEqual({ ...NONE, pass: ALL - 3, fail: 1, skipped: 1, blocked: 1 })
    expect(resultOf('stop/requested', verdict)).toMatchObject({ reason: 'no such way', blockedBy: null })
    expect(resultOf('stop/sigint', verdict)).toMatchObject({
      outcome: 'blocked',
      blockedBy: 'start/within-budget',
      reason: null,
    })
  })

  test('of an interrupted gate is an interruption, whatever was found by then', () => {
    expect(verdictFor({ facts: { interrupted: true } }).outcome).toBe('interrupted')
    const found = { 'stop/sigint': BROKEN }
    expect(verdictFor({ found, facts: { interrupted: true, strict: true } }).outcome).toBe('interrupted')
  })
})

describe('a level that the contract gives', () => {
  test('makes a must that failed a warning', () => {
    const found = { 'stop/sigint': BROKEN }
    const verdict = verdictFor({ found, contract: { levels: { 'stop/sigint': 'should' } } })
    expect(verdict).toMatchObject({ outcome: 'pass', summary: { warn: 1, fail: 0 } })
    expect(resultOf('stop/sigint', verdict)).toMatchObject({ level: 'should', outcome: 'warn' })
  })

  test('makes a should that failed a failure', () => {
    const found = { 'logs/on-stderr': BROKEN }
    const verdict = verdictFor({ found, contract: { levels: { 'logs/on-stderr': 'must' } } })
    expect(verdict).toMatchObject({ outcome: 'fail', summary: { warn: 0, fail: 1 } })
  })

  test('follows from the app: Tauri finds a sidecar by its name and no other', () => {
    const found = { 'artifact/triple-name': BROKEN }
    expect(verdictFor({ found }).outcome).toBe('pass')
    expect(verdictFor({ found, contract: { app: 'tauri' } }).outcome).toBe('fail')
  })
})

describe('a waiver', () => {
  const waive = { 'stop/sigint': 'the shell wrapper eats it; issue 12' }

  test('accepts a failure, and keeps what was seen of it', () => {
    const verdict = verdictFor({ found: { 'stop/sigint': BROKEN }, contract: { waive } })
    expect(verdict).toMatchObject({
      outcome: 'pass',
      summary: { ...NONE, pass: ALL - 1, waived: 1 },
      staleWaivers: [],
    })
    expect(resultOf('stop/sigint', verdict)).toMatchObject({
      level: 'must',
      outcome: 'waived',
      reason: 'the shell wrapper eats it; issue 12',
      expected: 'what was promised',
      observed: 'something else',
      seen: { life: 'stop-sigint', sinceLaunchMs: 55 },
    })
  })

  test('accepts a failure under strict, too', () => {
    const found = { 'stop/sigint': BROKEN }
    expect(verdictFor({ found, contract: { waive }, facts: { strict: true } }).outcome).toBe('pass')
  })

  test('of a should makes no warning of it', () => {
    const contract = { waive: { 'logs/on-stderr': 'it is silent by design' } }
    const verdict = verdictFor({ found: { 'logs/on-stderr': BROKEN }, contract, facts: { strict: true } })
    expect(verdict).toMatchObject({ outcome: 'pass', summary: { warn: 0, waived: 1 } })
  })

  test('of what holds is stale: told, and a failure under strict alone', () => {
    expect(verdictFor({ contract: { waive } })).toMatchObject({
      outcome: 'pass',
      staleWaivers: ['stop/sigint'],
      summary: { ...NONE, pass: ALL },
    })
    expect(verdictFor({ contract: { waive }, facts: { strict: true } }).outcome).toBe('fail')
  })

  test('of what was not judged is not stale', () => {
    const strict = { facts: { strict: true }, contract: { waive } }
    const found = { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', ['stop/sigint']) }
    expect(verdictFor({ ...strict, found }).staleWaivers).toEqual([])
    expect(verdictFor({ ...strict, found: { 'stop/sigint': skipped('no signals here') } })).toMatchObject({
      outcome: 'pass',
      staleWaivers: [],
    })
    expect(verdictFor({ ...strict, clauses: ['stop/sigterm'] })).toMatchObject({
      outcome: 'pass',
      staleWaivers: [],
    })
  })
})

describe('strict', () => {
  test('fails for a warning, which stays one', () => {
    const verdict = verdictFor({ found: { 'logs/on-stderr': BROKEN }, facts: { strict: true } })
    expect(verdict).toMatchObject({
      outcome: 'fail',
      strict: true,
      summary: { ...NONE, pass: ALL - 1, warn: 1 },
    })
    expect(resultOf('logs/on-stderr', verdict)).toMatchObject({ level: 'should', outcome: 'warn' })
  })

  test('is a pass where everything holds', () => {
    expect(verdictFor({ facts: { strict: true } })).toMatchObject({ outcome: 'pass', strict: true })
  })
})

describe('a must that is blocked', () => {
  const waive = { 'start/within-budget': 'the runner is slow' }
  const blocked = ['logs/on-stderr', 'stop/sigint', 'stop/frees-port'] as const
  const found = { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', blocked) }

  test('by a failure needs no further word', () => {
    expect(verdictFor({ found })).toMatchObject({ outcome: 'fail', summary: { fail: 1 }, unproven: [] })
  })

  test('by one that is waived fails the gate: the waiver is for that one alone', () => {
    expect(verdictFor({ found, contract: { waive } })).toMatchObject({
      outcome: 'fail',
      summary: { ...NONE, pass: ALL - 4, waived: 1, blocked: 3 },
      unproven: ['stop/sigint', 'stop/frees-port'],
    })
  })

  test('by one that is a mere warning fails it likewise', () => {
    expect(verdictFor({ found, contract: { levels: { 'start/within-budget': 'should' } } })).toMatchObject({
      outcome: 'fail',
      summary: { warn: 1, fail: 0 },
      unproven: ['stop/sigint', 'stop/frees-port'],
    })
  })

  test('by something in between is traced to the root of it', () => {
    const chain = { ...found, 'stop/frees-port': { outcome: 'blocked', by: 'stop/sigint' } } as const
    expect(verdictFor({ found: chain, contract: { waive } }).unproven).toEqual([
      'stop/sigint',
      'stop/frees-port',
    ])
  })

  test('and waived itself is accepted', () => {
    const both = { ...waive, 'stop/sigint': 'see above', 'stop/frees-port': 'see above' }
    expect(verdictFor({ found, contract: { waive: both } })).toMatchObject({ outcome: 'pass', unproven: [] })
  })

  test('has shoulds beside it under strict', () => {
    expect(verdictFor({ found, contract: { waive }, facts: { strict: true } }).unproven).toEqual(blocked)
  })
})

describe('the lives of a verdict', () => {
  const livesOf = (life: ReturnType<typeof aLife>) => verdictFor({ lives: [life] }).lives

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
