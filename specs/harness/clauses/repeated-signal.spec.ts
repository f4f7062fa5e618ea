import { describe, expect, test } from 'vitest'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, type Script } from './recordings.ts'

const ID = 'stop/repeated-signal'
const SLOW = { stop: { slowPath: '/slow' } }

const up = (instance: number) =>
  aLife(`repeated-signal.${instance}`).logs('up').announces().isReady().isBusyWith('/slow').isAsked('check')

const evidenceWith = (contract: ContractInput, ...lives: Script[]) => evidenceOf({ contract, lives })
const findingFor = (...lives: Script[]) => findingOf(ID, evidenceWith(SLOW, ...lives))

/** A plain stop that ends with an exit code that is not accepted. */
const broken = (signal: 'SIGTERM' | 'SIGINT') =>
  aLife(`stop-${signal.toLowerCase()}`).announces().isReady().isSeen().stopsOn(signal, { exit: 1 })

describe(ID, () => {
  test('passes with the signals that it got', () => {
    expect(findingOf(ID, evidenceOf({ contract: SLOW }))).toEqual({
      outcome: 'pass',
      observed: 'clean after SIGTERM and SIGTERM; SIGINT and SIGTERM; SIGINT and SIGINT',
    })
  })

  test('fails when the second is not handled any more', () => {
    const life = up(1).isSent('SIGTERM').after(100).isSent('SIGTERM').after(2).exits('SIGTERM').leaves()
    const evidence = evidenceWith(SLOW, life)
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected:
        'after SIGTERM, and SIGTERM 100 ms later, with GET /slow under way, it exits by itself with code 0 within 10.00 s',
      observed:
        'SIGTERM killed it, 102 ms after SIGTERM and 2.0 ms after the second signal: its handler does not serve twice',
      seen: { life: 'repeated-signal.1', sinceLaunchMs: 147 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('fails when the second makes it give up', () => {
    const life = up(2).isSent('SIGTERM').after(100).isSent('SIGINT').after(2).exits(130).leaves()
    expect(findingFor(life)).toMatchObject({
      outcome: 'fail',
      observed:
        'it exited with code 130, 102 ms after SIGTERM and 2.0 ms after the second signal: its handler ends with 128 + 2, as a shell reports a death by signal',
    })
  })

  test('fails when it waits for ever', () => {
    const life = up(1).isSent('SIGTERM').after(100).isSent('SIGTERM').isLate('exit').isKilled().leaves()
    expect(findingFor(life)).toMatchObject({
      outcome: 'fail',
      observed: 'still running 10.00 s after SIGTERM; its last words on stderr: "up"',
    })
  })

  test('passes for an end that the contract accepts after either', () => {
    const contract = { stop: { slowPath: '/slow', accept: { SIGTERM: [0, 143] } } }
    const life = up(2).isSent('SIGINT').after(100).isSent('SIGTERM').after(300).isDone().exits(143).leaves()
    expect(findingOf(ID, evidenceWith(contract, life))).toMatchObject({ outcome: 'pass' })
  })

  test("fails when a terminal's Ctrl-C spoils it before there is a second", () => {
    const life = up(3).isSent('SIGINT', { to: 'group' }).after(9).exits(1)
    expect(findingFor(life.after(91).isSent('SIGINT', { delivered: false }).leaves())).toMatchObject({
      outcome: 'fail',
      expected:
        'after SIGINT to its whole group, with GET /slow under way, it exits by itself with code 0 within 10.00 s',
      observed:
        'it exited with code 1, 9.0 ms after SIGINT to its whole group; its last words on stderr: "up"',
    })
  })

  test('is skipped when it is always gone before the second', () => {
    const gone = (instance: number, signal: 'SIGTERM' | 'SIGINT') =>
      up(instance).isSent(signal).after(5).exits(0).after(95).isSent(signal, { delivered: false }).leaves()
    const lives = [gone(1, 'SIGTERM'), gone(2, 'SIGINT'), gone(3, 'SIGINT')]
    expect(findingFor(...lives)).toEqual({
      outcome: 'skipped',
      reason: 'it had exited before a second signal could be sent (5.0 ms after the first)',
    })
  })

  test('is judged by signals on which a plain stop is clean, and blocked where there are none', () => {
    const spoilt = up(1).isSent('SIGTERM').after(100).isSent('SIGTERM').after(2).exits(1).leaves()
    expect(findingFor(broken('SIGTERM'), spoilt)).toEqual({
      outcome: 'pass',
      observed: 'clean after SIGINT and SIGINT',
    })
    expect(findingFor(broken('SIGTERM'), broken('SIGINT'))).toEqual({
      outcome: 'blocked',
      by: 'stop/sigterm',
    })
  })

  test('is blocked by what keeps it from ending, when one signal is too much with that', () => {
    const cut = aLife('in-flight-sigterm').announces().isReady().isBusyWith('/slow').isSent('SIGTERM')
    const lives = [cut.after(400).isDone().exits(1).leaves()]
    expect(findingFor(...lives)).toEqual({ outcome: 'blocked', by: 'stop/in-flight' })

    const hangs = aLife('silent-connections-sigterm').announces().isReady().isHeldOpen().isSent('SIGTERM')
    const evidence = evidenceOf({ lives: [hangs.isLate('exit').isKilled().leaves()] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'stop/silent-connections' })
  })

  test('is skipped on Windows', () => {
    expect(findingOf(ID, evidenceOf({ host: { kind: 'windows' } }))).toMatchObject({ outcome: 'skipped' })
  })
})
