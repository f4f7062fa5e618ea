import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, type Ending } from './recordings.ts'

const ready = (id: string, port = 41_777) => aLife(id).logs('up').announces(port).isReady()

describe('fleet/ready-together', () => {
  const EXPECTED = '3 instances started at once are all ready, each on its own port'

  test('passes with their number', () => {
    const contract = { fleet: { instances: 5 } }
    expect(findingOf('fleet/ready-together', evidenceOf({ contract }))).toEqual({
      outcome: 'pass',
      observed: 'all 5',
    })
  })

  test('fails when one never becomes ready, and blocks the rest of the fleet', () => {
    const life = aLife('fleet-sigint.2').logs('database is locked').after(60).exits(1).leaves()
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf('fleet/ready-together', evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed:
        '2 of 3 were; fleet-sigint.2 was not: it exited with code 1, 60 ms after its launch, with nothing announced; its last words on stderr: "database is locked"',
      seen: { life: 'fleet-sigint.2', sinceLaunchMs: 60 },
    })
    expect(idsWith('fail', evidence)).toEqual(['fleet/ready-together'])
    for (const id of ['fleet/independent-stop', 'fleet/clean-exit'] as const) {
      expect(findingOf(id, evidence)).toEqual({ outcome: 'blocked', by: 'fleet/ready-together' })
    }
  })

  test('fails when two announce the same port', () => {
    const lives = [2, 3].map(instance =>
      ready(`fleet-sigterm.${instance}`).isAsked('check').stopsOn('SIGTERM'),
    )
    expect(findingOf('fleet/ready-together', evidenceOf({ lives }))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'fleet-sigterm.2 and fleet-sigterm.3 both announced port 41777',
      seen: { life: 'fleet-sigterm.3', sinceLaunchMs: 40 },
    })
  })
})

describe('fleet/independent-stop', () => {
  const EXPECTED = 'it goes on serving after fleet-sigterm.1 was stopped by SIGTERM'

  test('passes when the others answered', () => {
    expect(findingOf('fleet/independent-stop', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'the others answered',
    })
  })

  test.each<[string, Ending, string]>([
    ['is refused', { refused: true }, 'a request to it failed: connect ECONNREFUSED 127.0.0.1:41777'],
    [
      'is cut off',
      { fails: 'UND_ERR_SOCKET', message: 'other side closed' },
      'a request to it failed: other side closed',
    ],
    ['is answered otherwise', { status: 503 }, 'it answered with 503'],
  ])('fails when a request to another one %s', (_what, ending, observed) => {
    const life = ready('fleet-sigterm.3').after(8).isAsked('check', ending).stopsOn('SIGTERM')
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf('fleet/independent-stop', evidence)).toMatchObject({
      outcome: 'fail',
      expected: EXPECTED,
      observed,
      seen: { life: 'fleet-sigterm.3' },
    })
    expect(findingOf('fleet/clean-exit', evidence)).toEqual({
      outcome: 'blocked',
      by: 'fleet/independent-stop',
    })
  })

  test('does not mind what was answered before', () => {
    const life = aLife('fleet-sigterm.2').logs('up').announces(1).isAsked('first', { status: 503 })
    const asked = life.isAsked('retry').becomesReady().isAsked('check')
    const evidence = evidenceOf({ lives: [asked.stopsOn('SIGTERM')] })
    expect(findingOf('fleet/independent-stop', evidence)).toMatchObject({ outcome: 'pass' })
  })

  test('fails when another one ends with it', () => {
    const life = ready('fleet-sigterm.2')
      .after(8)
      .logs('lock lost')
      .exits(3)
      .isAsked('check', { refused: true })
    expect(
      findingOf('fleet/independent-stop', evidenceOf({ lives: [life.isSent('SIGTERM').leaves()] })),
    ).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'it exited with code 3, 50 ms after its launch; its last words on stderr: "up" "lock lost"',
      seen: { life: 'fleet-sigterm.2', sinceLaunchMs: 50 },
    })
  })

  test('is judged on the signal on which a plain stop is clean', () => {
    const broken = aLife('stop-sigterm').announces().isReady().isSeen().stopsOn('SIGTERM', { exit: 1 })
    const cut = (id: string) => ready(id).isAsked('check', { status: 500 }).stopsOn('SIGINT')
    const onTerm = evidenceOf({ lives: [broken, cut('fleet-sigterm.2')] })
    expect(findingOf('fleet/independent-stop', onTerm)).toMatchObject({ outcome: 'pass' })
    const onInt = evidenceOf({ lives: [broken, cut('fleet-sigint.2')] })
    expect(findingOf('fleet/independent-stop', onInt)).toMatchObject({ outcome: 'fail' })
  })

  test('claims nothing of a fleet that was never stopped', () => {
    const unheeded = aLife('stop-sigterm').announces().isReady().isSeen().isSent('SIGTERM').isLate('exit')
    const fleet = [1, 2, 3].map(instance => ready(`fleet-sigint.${instance}`, instance).stopsOn('SIGTERM'))
    const evidence = evidenceOf({ lives: [unheeded.isKilled().leaves(), ...fleet] })
    for (const id of ['fleet/independent-stop', 'fleet/clean-exit'] as const) {
      expect(findingOf(id, evidence)).toEqual({ outcome: 'blocked', by: 'stop/sigterm' })
    }
  })
})

describe('fleet/clean-exit', () => {
  test('passes with the slowest, on each signal', () => {
    const life = ready('fleet-sigint.3').isAsked('check').stopsOn('SIGINT', { afterMs: 90 })
    expect(findingOf('fleet/clean-exit', evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'pass',
      observed: 'all clean after 90 ms, on SIGTERM and SIGINT',
    })
  })

  test('passes on the only signal that the contract names', () => {
    const contract = { stop: { signals: ['SIGINT' as const] } }
    expect(findingOf('fleet/clean-exit', evidenceOf({ contract }))).toEqual({
      outcome: 'pass',
      observed: 'all clean after 5.0 ms, on SIGINT',
    })
  })

  test('fails for the one that ends otherwise', () => {
    const life = ready('fleet-sigint.2').isAsked('check').stopsOn('SIGINT', { exit: 1 })
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf('fleet/clean-exit', evidence)).toEqual({
      outcome: 'fail',
      expected: 'after SIGINT it exits by itself with code 0 within 10.00 s',
      observed: 'it exited with code 1, 5.0 ms after SIGINT; its last words on stderr: "up"',
      seen: { life: 'fleet-sigint.2', sinceLaunchMs: 57 },
    })
    expect(idsWith('fail', evidence)).toEqual(['fleet/clean-exit'])
  })

  test('is blocked when no plain stop is clean', () => {
    const broken = (['SIGTERM', 'SIGINT'] as const).map(signal =>
      aLife(`stop-${signal.toLowerCase()}`).announces().isReady().isSeen().stopsOn(signal, { exit: 1 }),
    )
    const evidence = evidenceOf({ lives: broken })
    for (const id of ['fleet/independent-stop', 'fleet/clean-exit'] as const) {
      expect(findingOf(id, evidence)).toEqual({ outcome: 'blocked', by: 'stop/sigterm' })
    }
  })
})

describe('fleet/independent-crash', () => {
  const killed = ready('fleet-crash.1').isSent('SIGKILL').exits('SIGKILL').leaves()

  test('passes when the other one answers and a new one becomes ready', () => {
    expect(findingOf('fleet/independent-crash', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'the other one answered, and a new one became ready',
    })
  })

  test('fails when the other one is gone', () => {
    const witness = ready('fleet-crash.2').after(30).logs('the other one is gone').exits(1).leaves()
    expect(findingOf('fleet/independent-crash', evidenceOf({ lives: [killed, witness] }))).toMatchObject({
      outcome: 'fail',
      expected: 'it goes on serving after fleet-crash.1, in the same home, was killed outright',
      observed: expect.stringContaining('it exited with code 1'),
    })
  })

  test('fails when no new one becomes ready', () => {
    const successor = aLife('fleet-crash.3')
      .logs('the lock file is there already')
      .after(30)
      .exits(1)
      .leaves()
    expect(findingOf('fleet/independent-crash', evidenceOf({ lives: [killed, successor] }))).toMatchObject({
      outcome: 'fail',
      expected: 'a new one becomes ready in the home of fleet-crash.1, which was killed outright',
      observed: expect.stringContaining('the lock file is there already'),
      seen: { life: 'fleet-crash.3', sinceLaunchMs: 30 },
    })
  })

  test('is blocked where two were not ready together', () => {
    const witness = aLife('fleet-crash.2').after(30).exits(1).leaves()
    expect(findingOf('fleet/independent-crash', evidenceOf({ lives: [killed, witness] }))).toEqual({
      outcome: 'blocked',
      by: 'fleet/ready-together',
    })
  })
})

describe('fleet/restarts', () => {
  const contract = { fleet: { restarts: 3 } }

  test('passes with how long the starts took', () => {
    expect(findingOf('fleet/restarts', evidenceOf({ contract }))).toEqual({
      outcome: 'pass',
      observed: '3 times, ready after 42 ms to 42 ms',
    })
  })

  test('fails at the first start that is not ready', () => {
    const life = aLife('restarts.2').logs('an older run has left its state').after(30).exits(1).leaves()
    const evidence = evidenceOf({ contract, lives: [life] })
    expect(findingOf('fleet/restarts', evidence)).toMatchObject({
      outcome: 'fail',
      expected: 'each of 3 starts in one home is ready',
      observed: expect.stringContaining('start 2 was not: it exited with code 1, 30 ms after its launch'),
    })
    expect(idsWith('fail', evidence)).toEqual(['fleet/restarts'])
  })

  test('fails at the first end that is not clean', () => {
    const life = ready('restarts.3').stopsOn('SIGTERM', { exit: 1 })
    expect(findingOf('fleet/restarts', evidenceOf({ contract, lives: [life] }))).toMatchObject({
      outcome: 'fail',
      observed: expect.stringContaining('it exited with code 1'),
      seen: { life: 'restarts.3' },
    })
  })

  test('does not tell again of a signal that it does not heed at all', () => {
    const life = ready('stop-sigint').isSeen().stopsOn('SIGINT', { exit: 130 })
    const other = ready('restarts.2').stopsOn('SIGINT', { exit: 130 })
    expect(idsWith('fail', evidenceOf({ contract, lives: [life, other] }))).toEqual(['stop/sigint'])
  })
})
