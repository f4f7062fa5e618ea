import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, loopback } from './recordings.ts'

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

  test('fails for a port that it has whenever nobody else has it', () => {
    const preferring = (id: string) =>
      aLife(id).logs('up').announces(8080).isReady().isSeen().stopsOn('SIGTERM')
    const lives = ['stop-sigterm', 'port-pair.1', 'idle'].map(preferring)
    expect(findingOf('port/dynamic-by-default', evidenceOf({ lives }))).toMatchObject({
      outcome: 'fail',
      expected: 'with no port asked for the system picks one, each time another',
      observed: expect.stringMatching(/^3 of \d+ lives announced port 8080: it prefers that one/),
    })
  })

  test('takes the same port in two lives for a coincidence', () => {
    const preferring = (id: string) =>
      aLife(id).logs('up').announces(8080).isReady().isSeen().stopsOn('SIGTERM')
    const lives = ['stop-sigterm', 'port-pair.1'].map(preferring)
    expect(findingOf('port/dynamic-by-default', evidenceOf({ lives }))?.outcome).toBe('pass')
  })
})

describe('port/explicit', () => {
  const ID = 'port/explicit'
  const EXPECTED = 'port 22000, which it was asked for, is announced and served'
  const asked = () => aLife('port-explicit', { port: '22000' })

  test('passes with the port', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({ outcome: 'pass', observed: 'port 22000' })
  })

  test('fails when another port is announced, and blocks what says nothing then', () => {
    const life = asked().logs('up').announces(22_001).isReady().isSeen().stopsOn('SIGTERM')
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'it announced port 22001',
      seen: { life: 'port-explicit', sinceLaunchMs: 40 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
    expect(findingOf('port/taken', evidence)).toEqual({ outcome: 'blocked', by: ID })
    expect(findingOf('port/invalid', evidence)).toEqual({ outcome: 'blocked', by: ID })
  })

  test('fails when it never becomes ready', () => {
    const life = asked().logs('--port is deprecated').after(60).exits(2).leaves()
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed:
        'it never became ready: it exited with code 2, 60 ms after its launch, with nothing announced; its last words on stderr: "--port is deprecated"',
      seen: { life: 'port-explicit', sinceLaunchMs: 60 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('fails when the port is announced, and another one listened on', () => {
    const life = asked().announces(22_000).isReady()
    const listeners = [loopback(8080)]
    const evidence = evidenceOf({ lives: [life.isSeen({ listeners }).stopsOn('SIGTERM')] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'it announced that port, and listens on 127.0.0.1:8080',
      seen: { life: 'port-explicit', sinceLaunchMs: 45 },
    })
  })

  test.each(['port/explicit', 'port/taken', 'port/invalid'] as const)(
    '%s is skipped where there is no way to ask',
    id => {
      expect(findingOf(id, evidenceOf({ contract: { port: false } }))).toEqual({
        outcome: 'skipped',
        reason: 'the contract has no way to ask it for a port',
      })
    },
  )
})
