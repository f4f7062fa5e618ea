import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife } from './recordings.ts'

const SIGNALS = [
  { id: 'stop/sigterm', scenario: 'stop-sigterm', signal: 'SIGTERM', number: 15 },
  { id: 'stop/sigint', scenario: 'stop-sigint', signal: 'SIGINT', number: 2 },
] as const

describe.each(SIGNALS)('$id', ({ id, scenario, signal, number }) => {
  const EXPECTED = `after ${signal} it exits by itself with code 0 within 10.00 s`
  const ready = () => aLife(scenario).logs('up').announces().isReady().isSeen()

  test('passes with the time that it took', () => {
    const evidence = evidenceOf({ lives: [ready().stopsOn(signal, { afterMs: 1240 })] })
    expect(findingOf(id, evidence)).toEqual({ outcome: 'pass', observed: 'exit 0 after 1.24 s' })
  })

  test('passes for another end that the contract accepts', () => {
    const contract = { stop: { accept: { [signal]: [0, 128 + number, signal] } } }
    const judge = (exit: number | NodeJS.Signals) =>
      findingOf(id, evidenceOf({ contract, lives: [ready().stopsOn(signal, { exit })] }))
    expect(judge(128 + number)).toEqual({ outcome: 'pass', observed: `exit ${128 + number} after 5.0 ms` })
    expect(judge(signal)).toEqual({ outcome: 'pass', observed: `death by ${signal} after 5.0 ms` })
    expect(judge(1)).toMatchObject({
      outcome: 'fail',
      expected: `after ${signal} it exits by itself with code 0 or code ${128 + number} or death by ${signal} within 10.00 s`,
    })
  })

  test.each<[number | NodeJS.Signals, string]>([
    [signal, `${signal} killed it, 5.0 ms after ${signal}: it has no handler for it`],
    [
      128 + number,
      `it exited with code ${128 + number}, 5.0 ms after ${signal}: its handler ends with 128 + ${number}, as a shell reports a death by signal`,
    ],
    [1, `it exited with code 1, 5.0 ms after ${signal}; its last words on stderr: "up"`],
    ['SIGABRT', `SIGABRT killed it, 5.0 ms after ${signal}; its last words on stderr: "up"`],
  ])('fails for an end by %s', (exit, observed) => {
    expect(findingOf(id, evidenceOf({ lives: [ready().stopsOn(signal, { exit })] }))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed,
      seen: { life: scenario, sinceLaunchMs: 58 },
    })
  })

  test('fails when it is still there at the end of the grace period', () => {
    const contract = { budgets: { graceMs: 3000 } }
    const life = ready().after(5).isSent(signal).logs('stopping').isLate('exit', 3000).isKilled().leaves()
    expect(findingOf(id, evidenceOf({ contract, lives: [life] }))).toEqual({
      outcome: 'fail',
      expected: `after ${signal} it exits by itself with code 0 within 3.00 s`,
      observed: `still running 3.00 s after ${signal}; its last words on stderr: "up" "stopping"`,
      seen: { life: scenario, sinceLaunchMs: 3050 },
    })
  })

  test('fails for an exit that came before the signal', () => {
    const life = ready().after(30).exits(0).after(5).isSent(signal).leaves()
    expect(findingOf(id, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'it exited with code 0 before it was told to stop; its last words on stderr: "up"',
      seen: { life: scenario, sinceLaunchMs: 75 },
    })
  })

  test('fails for a life that was never told to stop, at a time that can be', () => {
    expect(findingOf(id, evidenceOf({ lives: [ready().isKilled().leaves()] }))).toMatchObject({
      outcome: 'fail',
      seen: { life: scenario, sinceLaunchMs: expect.closeTo(45, 0) },
    })
    const endless = ready()
    expect(findingOf(id, evidenceOf({ lives: [endless] }))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'it was never told to stop',
      seen: { life: scenario, sinceLaunchMs: 0 },
    })
  })

  test('is skipped where the contract does not name the signal', () => {
    const other = signal === 'SIGTERM' ? 'SIGINT' : 'SIGTERM'
    const evidence = evidenceOf({ contract: { stop: { signals: [other] } } })
    expect(findingOf(id, evidence)).toEqual({
      outcome: 'skipped',
      reason: 'the contract names no such way of stopping',
    })
  })
})

describe('stop/requested', () => {
  const ID = 'stop/requested'
  const contract = {
    stop: {
      requests: [{ http: 'POST /shutdown' }, { line: 'qu\u001Bit' }, { stdin: 'closed' as const }],
      accept: { requested: [0, 7] },
    },
  }
  const up = (instance: number) => aLife(`requested.${instance}`).logs('up').announces().isReady()
  const post = { method: 'POST', path: '/shutdown' }

  test('passes with each of the ways', () => {
    expect(findingOf(ID, evidenceOf({ contract }))).toEqual({
      outcome: 'pass',
      observed:
        'exit 0 8.0 ms after POST /shutdown; exit 0 6.0 ms after the line "qu\\x1bit" on its stdin; exit 0 6.0 ms after the end of its stdin',
    })
  })

  test('passes when its answer is cut by the exit, and for a code that the contract accepts', () => {
    const life = up(1).isAsked('stop', { fails: 'ECONNRESET' }, post).exits(7).leaves()
    expect(findingOf(ID, evidenceOf({ contract, lives: [life] }))).toMatchObject({ outcome: 'pass' })
  })

  test.each([
    [{ status: 404 }, 'which it answered with 404'],
    [{ refused: true, code: 'ECONNREFUSED' }, 'which got no answer (connect ECONNREFUSED 127.0.0.1:41234)'],
  ] as const)('fails when it goes on, and tells what came of the request: %o', (end, told) => {
    const life = up(1)
      .isAsked('stop', end, post)
      .isLate('exit')
      .after(1)
      .isSent('SIGTERM')
      .logs('bye')
      .exits(0)
    const evidence = evidenceOf({ contract, lives: [life.leaves()] })
    expect(findingOf(ID, evidence)).toMatchObject({
      outcome: 'fail',
      // What ends it afterwards has nothing to do with it.
      expected: 'after POST /shutdown it exits by itself with code 0 or code 7 within 10.00 s',
      observed: `still running 10.00 s after POST /shutdown, ${told}; its last words on stderr: "up"`,
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('fails for another code', () => {
    const life = up(3).isTold('closed').after(5).exits(1).leaves()
    expect(findingOf(ID, evidenceOf({ contract, lives: [life] }))).toMatchObject({
      outcome: 'fail',
      observed: 'it exited with code 1, 5.0 ms after the end of its stdin; its last words on stderr: "up"',
      seen: { life: 'requested.3' },
    })
  })

  test('is skipped where the contract names none, or not all were tried', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({
      outcome: 'skipped',
      reason: 'the contract names no way of stopping beside signals (stop.requests)',
    })
    const { lives, ...rest } = evidenceOf({ contract })
    expect(findingOf(ID, { ...rest, lives: lives.filter(({ id }) => id !== 'requested.3') })).toEqual({
      outcome: 'skipped',
      reason: 'interrupted before each of them had been tried',
    })
  })

  test('is judged on Windows, too', () => {
    expect(findingOf(ID, evidenceOf({ contract, host: { kind: 'windows' } }))).toMatchObject({
      outcome: 'pass',
    })
  })
})

describe('stop/hangup', () => {
  const up = () => aLife('stop-sighup').logs('up').announces().isReady().isSent('SIGHUP').after(5)

  test('passes with the time that it took', () => {
    expect(findingOf('stop/hangup', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'exit 0 after 5.0 ms',
    })
  })

  test('fails for a death by it, unless the contract accepts that', () => {
    const lives = [up().exits('SIGHUP').leaves()]
    expect(findingOf('stop/hangup', evidenceOf({ lives }))).toEqual({
      outcome: 'fail',
      expected: 'after SIGHUP it exits by itself with code 0 within 10.00 s',
      observed: 'SIGHUP killed it, 5.0 ms after SIGHUP: it has no handler for it',
      seen: { life: 'stop-sighup', sinceLaunchMs: 47 },
    })
    const contract = { stop: { accept: { SIGHUP: ['SIGHUP' as const] } } }
    expect(findingOf('stop/hangup', evidenceOf({ contract, lives }))).toMatchObject({ outcome: 'pass' })
  })
})

describe('on Windows', () => {
  test.each(['stop/sigterm', 'stop/sigint', 'stop/hangup'] as const)('%s is skipped', id => {
    expect(findingOf(id, evidenceOf({ host: { kind: 'windows' } }))).toEqual({
      outcome: 'skipped',
      reason: 'Windows has no signals to be asked by: each of them ends a process outright',
    })
  })
})

describe('an interrupted gate', () => {
  test('skips what it had no time for', () => {
    const without = { 'stop-sigint': null, 'fleet-sigterm': null, 'fleet-sigint': null }
    const evidence = evidenceOf({ without })
    for (const id of ['stop/sigint', 'fleet/clean-exit'] as const) {
      expect(findingOf(id, evidence)).toEqual({
        outcome: 'skipped',
        reason: 'interrupted before it could be judged',
      })
    }
  })
})
