import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
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
