import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife } from './recordings.ts'

const ID = 'stop/silent-connections'

describe(ID, () => {
  const held = (signal: 'sigterm' | 'sigint') =>
    aLife(`silent-connections-${signal}`).logs('up').announces().isReady().isHeldOpen().isAsked('check')
  const hanging = (signal: 'sigterm' | 'sigint') =>
    held(signal)
      .isSent(signal === 'sigterm' ? 'SIGTERM' : 'SIGINT')
      .isLate('exit')
      .isKilled()
      .leaves()

  /** A plain stop that ends with an exit code that is not accepted. */
  const broken = (signal: 'SIGTERM' | 'SIGINT') =>
    aLife(`stop-${signal.toLowerCase()}`)
      .logs('up')
      .announces()
      .isReady()
      .isSeen()
      .stopsOn(signal, { exit: 1 })

  test('passes with the slowest of both signals', () => {
    const lives = [held('sigint').stopsOn('SIGINT', { afterMs: 250 })]
    expect(findingOf(ID, evidenceOf({ lives }))).toEqual({ outcome: 'pass', observed: 'clean after 250 ms' })
  })

  test.each([
    ['sigterm', 'SIGTERM'],
    ['sigint', 'SIGINT'],
  ] as const)('fails when it hangs on %s alone', (signal, name) => {
    const evidence = evidenceOf({ lives: [hanging(signal)] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: `after ${name}, with 2 connections open (silent, half a request head), it exits by itself with code 0 within 10.00 s`,
      observed: `still running 10.00 s after ${name}; its last words on stderr: "up"`,
      seen: { life: `silent-connections-${signal}`, sinceLaunchMs: 10_044 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('is judged on the signal on which a plain stop is clean', () => {
    const clean = evidenceOf({ lives: [broken('SIGTERM'), hanging('sigterm')] })
    expect(findingOf(ID, clean)).toEqual({ outcome: 'pass', observed: 'clean after 5.0 ms' })
    const hangs = evidenceOf({ lives: [broken('SIGTERM'), hanging('sigint')] })
    expect(findingOf(ID, hangs)).toMatchObject({
      outcome: 'fail',
      seen: { life: 'silent-connections-sigint' },
    })
  })

  test('is blocked when no plain stop is clean', () => {
    const evidence = evidenceOf({ lives: [broken('SIGTERM'), broken('SIGINT')] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'stop/sigterm' })
  })

  test('is blocked by the signal whose lives were not worth living', () => {
    const without = {
      'silent-connections-sigterm': 'stop/sigterm',
      'silent-connections-sigint': 'stop/sigint',
    } as const
    const evidence = evidenceOf({ lives: [broken('SIGTERM'), broken('SIGINT')], without })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'stop/sigterm' })
  })

  test('claims nothing of a signal whose life was not recorded', () => {
    const without = { 'silent-connections-sigterm': null }
    const evidence = evidenceOf({ lives: [broken('SIGINT')], without })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'stop/sigint' })
  })

  test('is blocked by start/within-budget when its own life never became ready', () => {
    const life = aLife('silent-connections-sigterm').after(9).exits(1).leaves()
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'start/within-budget' })
    expect(findingOf('start/within-budget', evidence)).toMatchObject({ outcome: 'fail' })
  })
})
