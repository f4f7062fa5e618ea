import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, type Script } from './recordings.ts'

const ID = 'stop/during-startup'

const begun = (instance: number) => aLife(`during-startup.${instance}`).logs('starting')
const findingFor = (...lives: Script[]) => findingOf(ID, evidenceOf({ lives }))

/** A plain stop that ends with an exit code that is not accepted. */
const broken = (signal: 'SIGTERM' | 'SIGINT') =>
  aLife(`stop-${signal.toLowerCase()}`).announces().isReady().isSeen().stopsOn(signal, { exit: 1 })

describe(ID, () => {
  test('passes with the moments that were met, and with how it ended', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({
      outcome: 'pass',
      observed:
        'signalled 0.0 ms, 8.0 ms, 20 ms, 32 ms, 38 ms after its launch, it ended each time: 3 × by itself, 2 × by that signal',
    })
  })

  test('fails when it goes on, and tells that it announced itself all the same', () => {
    const life = begun(3).after(20).isSent('SIGTERM').announces().isReady().isLate('exit', 5000).isKilled()
    const evidence = evidenceOf({ lives: [life.leaves()] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: 'SIGTERM, 20 ms after its launch, ends it within 5.00 s: with 0, or by that signal',
      observed:
        'still running 5.00 s later; it announced its port 40 ms after the signal, as if there had been none; its last words on stderr: "starting"',
      seen: { life: 'during-startup.3', sinceLaunchMs: 5062 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('fails when it hangs, with nothing announced', () => {
    const life = begun(2).after(8).isSent('SIGINT').isLate('exit', 5000).isKilled().leaves()
    expect(findingFor(life)).toMatchObject({
      outcome: 'fail',
      observed: 'still running 5.00 s later; nothing was announced; its last words on stderr: "starting"',
    })
  })

  test.each<[number | NodeJS.Signals, string]>([
    [1, 'it exited with code 1'],
    [143, 'it exited with code 143'],
    ['SIGSEGV', 'SIGSEGV killed it'],
    ['SIGINT', 'SIGINT killed it'],
  ])('fails for an end by %s', (exit, how) => {
    const life = begun(1).after(20).isSent('SIGTERM').after(3).exits(exit).leaves()
    expect(findingFor(life)).toMatchObject({
      outcome: 'fail',
      observed: `${how}, 3.0 ms after SIGTERM; its last words on stderr: "starting"`,
      seen: { life: 'during-startup.1', sinceLaunchMs: 23 },
    })
  })

  test('lets SIGINT end it with any code before it has announced, which may be its interpreter, but not by a crash', () => {
    expect(findingFor(begun(3).after(20).isSent('SIGINT').after(3).exits(1).leaves())).toMatchObject({
      outcome: 'pass',
    })
    expect(findingFor(begun(3).after(20).isSent('SIGINT').after(3).exits('SIGSEGV').leaves())).toMatchObject({
      outcome: 'fail',
      expected: 'SIGINT, 20 ms after its launch, ends it within 5.00 s: with any code, or by that signal',
      observed: 'SIGSEGV killed it, 3.0 ms after SIGINT; its last words on stderr: "starting"',
    })
    const announced = begun(3).announces().isSent('SIGINT').after(3).exits(1).leaves()
    expect(findingFor(announced)).toMatchObject({
      outcome: 'fail',
      observed: 'it exited with code 1, 3.0 ms after SIGINT; its last words on stderr: "starting"',
    })
  })

  test('lets it die of the signal once it has announced, and no more once it is ready', () => {
    const announced = begun(5).announces().isSent('SIGTERM').after(3).exits('SIGTERM').leaves()
    expect(findingFor(announced)).toMatchObject({ outcome: 'pass' })
    const ready = begun(5).announces().isReady().after(1).isSent('SIGTERM').after(3).exits('SIGTERM').leaves()
    expect(findingFor(ready)).toMatchObject({
      outcome: 'fail',
      expected: 'after SIGTERM it exits by itself with code 0 within 10.00 s',
      observed: 'SIGTERM killed it, 3.0 ms after SIGTERM: it has no handler for it',
    })
  })

  test('is skipped when it was always too quick, be it ready or gone', () => {
    const ready = (instance: number) => begun(instance).announces().isReady().after(1).stopsOn('SIGTERM')
    expect(findingFor(...[1, 2, 3, 4, 5].map(ready))).toEqual({
      outcome: 'skipped',
      reason: 'it was ready each time before the signal came',
    })
    const gone = (instance: number) =>
      begun(instance).after(5).exits(1).isSent('SIGTERM', { delivered: false }).leaves()
    expect(findingFor(...[1, 2, 3, 4, 5].map(gone))).toEqual({
      outcome: 'skipped',
      reason: 'it had ended by itself before a signal could be sent',
    })
  })

  test('is judged by signals on which a plain stop is clean, and blocked where there are none', () => {
    const early = begun(1).isSent('SIGTERM').after(3).exits(1).leaves()
    expect(findingFor(broken('SIGTERM'), early)).toMatchObject({
      outcome: 'pass',
      observed: expect.stringMatching(/^signalled 8\.0 ms, 32 ms after/),
    })
    expect(findingFor(broken('SIGTERM'), broken('SIGINT'))).toEqual({
      outcome: 'blocked',
      by: 'stop/sigterm',
    })
  })

  test('is skipped on Windows', () => {
    expect(findingOf(ID, evidenceOf({ host: { kind: 'windows' } }))).toMatchObject({ outcome: 'skipped' })
  })
})
