import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, loopback, type Script } from './recordings.ts'

describe('start/within-budget', () => {
  const EXPECTED = 'ready (announced, and /health answered with 200) within 10.00 s'

  /** What is found when the baseline does this and is never ready. */
  const judge = (baseline: Script) => findingOf('start/within-budget', evidenceOf({ only: [baseline] }))

  test('passes with the time of the slowest life', () => {
    const slow = aLife('stop-sigint').logs('hm').after(300).announces(41_500).isReady().stopsOn('SIGINT')
    expect(findingOf('start/within-budget', evidenceOf({ lives: [slow] }))).toEqual({
      outcome: 'pass',
      observed: expect.stringMatching(/^ready after 342 ms, the slowest of \d+$/),
    })
  })

  test('passes with the time of the only life', () => {
    const clauses = ['start/within-budget'] as const
    expect(findingOf('start/within-budget', evidenceOf({ clauses }))).toEqual({
      outcome: 'pass',
      observed: 'ready after 42 ms',
    })
  })

  test('fails at its exit, with its last words', () => {
    const baseline = aLife('stop-sigterm')
      .logs('reading config')
      .logs('')
      .logs('one')
      .logs('two')
      .logs('no config at ~/.backend')
      .after(120)
      .exits(1)
      .leaves()
    expect(judge(baseline)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed:
        'it exited with code 1, 120 ms after its launch, with nothing announced; its last words on stderr: "one" "two" "no config at ~/.backend"',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 120 },
    })
  })

  test('fails at an exit with code 0 too', () => {
    expect(judge(aLife('stop-sigterm').after(5).exits(0).leaves())).toMatchObject({
      outcome: 'fail',
      observed: 'it exited with code 0, 5.0 ms after its launch, with nothing announced; stderr stayed empty',
    })
  })

  test('quotes stdout where a sidecar that failed said it there alone', () => {
    const baseline = aLife('stop-sigterm').writes('stdout', 'no config\n').after(5).exits(1).leaves()
    expect(judge(baseline)).toMatchObject({
      outcome: 'fail',
      observed:
        'it exited with code 1, 5.0 ms after its launch, with nothing announced; its last words on stdout: "no config"',
    })
  })

  test('names the signal that it died of', () => {
    expect(judge(aLife('stop-sigterm').after(30).exits('SIGSEGV').leaves())).toMatchObject({
      outcome: 'fail',
      observed: 'SIGSEGV killed it, 30 ms after its launch, with nothing announced; stderr stayed empty',
    })
  })

  test('fails at an exit between announcement and answer', () => {
    const baseline = aLife('stop-sigterm').announces(41_234).isAsked('first', { refused: true }).exits(70)
    expect(judge(baseline.leaves())).toMatchObject({
      outcome: 'fail',
      observed:
        'it exited with code 70, 41 ms after its launch, after it had announced port 41234; stderr stayed empty',
    })
  })

  test('fails at the deadline when nothing was announced and nothing listens', () => {
    const baseline = aLife('stop-sigterm').isLate('announcement').isSeen({ listeners: [] })
    expect(judge(baseline.isSent('SIGTERM').after(400).exits(0).leaves())).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'nothing was announced within 10.00 s, and nothing listens; stderr stayed empty',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 10_000 },
    })
  })

  test('claims nothing about listeners that could not be seen', () => {
    const baseline = aLife('stop-sigterm').isLate('announcement').lookFails('no /proc').isKilled().leaves()
    expect(judge(baseline)).toMatchObject({
      outcome: 'fail',
      observed: 'nothing was announced within 10.00 s; stderr stayed empty',
    })
  })

  test('fails at a launch that the system refused, at its very beginning', () => {
    expect(judge(aLife('stop-sigterm').after(2).launchFails('EACCES', 'spawn EACCES'))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'it could not be launched: spawn EACCES',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 2 },
    })
  })

  test('fails for a later life that never became ready, in the words of that life', () => {
    const life = aLife('silent-connections-sigint').announces(41_300).isAsked('first', { status: 503 })
    const evidence = evidenceOf({ lives: [life.isLate('health').isKilled().leaves()] })
    expect(findingOf('start/within-budget', evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'it announced port 41300, and no good answer came within 10.00 s; stderr stayed empty',
      seen: { life: 'silent-connections-sigint', sinceLaunchMs: 10_000 },
    })
  })

  test("names the contract's own path, status and budget", () => {
    const contract = { health: { path: '/ready', status: 204 }, budgets: { readyMs: 1500 } }
    const only = [aLife('stop-sigterm').isLate('announcement', 1500).isKilled().leaves()]
    expect(findingOf('start/within-budget', evidenceOf({ contract, only }))).toMatchObject({
      expected: 'ready (announced, and /ready answered with 204) within 1.50 s',
      observed: 'nothing was announced within 1.50 s; stderr stayed empty',
    })
  })

  test('tells of sockets where it listens in a life that never became ready', () => {
    const life = aLife('stop-sigint')
      .isLate('announcement')
      .isSeen({ listeners: [loopback(80, '::1')] })
    const evidence = evidenceOf({ lives: [life.isKilled().leaves()] })
    expect(findingOf('start/within-budget', evidence)).toMatchObject({
      observed: 'nothing was announced within 10.00 s, though it listens on [::1]:80; stderr stayed empty',
    })
  })
})
