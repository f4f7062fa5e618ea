import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife } from './recordings.ts'

describe('port/dynamic-by-default', () => {
  const EXPECTED = 'two instances, one with no PORT and one with PORT=0, are ready on two different ports'

  test('passes with both ports', () => {
    expect(findingOf('port/dynamic-by-default', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'ports 41001 and 41002',
    })
  })

  test('fails when the one with no PORT never becomes ready', () => {
    const life = aLife('port-pair.1').logs('PORT is required').after(60).exits(2).leaves()
    expect(findingOf('port/dynamic-by-default', evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed:
        'the one with no PORT never became ready: it exited with code 2, 60 ms after its launch, with nothing announced; its last words on stderr: "PORT is required"',
      seen: { life: 'port-pair.1', sinceLaunchMs: 60 },
    })
  })

  test('fails when the second finds a fixed port taken, and blocks what needs several at once', () => {
    const life = aLife('port-pair.2').logs('EADDRINUSE 8080').after(60).exits(1).leaves()
    const by = 'port/dynamic-by-default'
    const evidence = evidenceOf({ lives: [life], without: { 'fleet-sigterm': by, 'fleet-sigint': by } })
    expect(findingOf('port/dynamic-by-default', evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed:
        'the one with PORT=0, started beside the other, never became ready: it exited with code 1, 60 ms after its launch, with nothing announced; its last words on stderr: "EADDRINUSE 8080"',
      seen: { life: 'port-pair.2', sinceLaunchMs: 60 },
    })
    for (const id of ['fleet/ready-together', 'fleet/independent-stop', 'fleet/clean-exit'] as const) {
      expect(findingOf(id, evidence)).toEqual({ outcome: 'blocked', by })
    }
  })

  test('fails when both announce the same port', () => {
    const lives = [1, 2].map(instance =>
      aLife(`port-pair.${instance}`).announces(8080).isReady().stopsOn('SIGTERM'),
    )
    expect(findingOf('port/dynamic-by-default', evidenceOf({ lives }))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'both announced port 8080',
      seen: { life: 'port-pair.2', sinceLaunchMs: 40 },
    })
  })
})
