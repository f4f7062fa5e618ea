import { describe, expect, test } from 'vitest'
import type { Contract } from '../../../harness/contract/contract.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, loopback, type Script } from './recordings.ts'

/** The evidence of a gate in which this is the second life of a sound sidecar. */
function withLife(life: Script, contract: Evidence['contract'] | null = null): Evidence {
  const evidence = evidenceOf({ lives: [life] })
  return contract === null ? evidence : { ...evidence, contract }
}

const REGEXP: Contract['announce'] = {
  pattern: { kind: 'regexp', source: '^port=(?<port>\\d+)$', flags: 'i' },
  on: { kind: 'stdout' },
}

describe('announce/on-stdout', () => {
  test('passes when it is on stdout alone', () => {
    expect(findingOf('announce/on-stdout', evidenceOf())).toEqual({ outcome: 'pass', observed: 'on stdout' })
  })

  test('fails when it is on stderr as well', () => {
    const life = aLife('stop-sigint')
      .after(7)
      .logs('BACKEND_PORT:41234')
      .announces()
      .isReady()
      .stopsOn('SIGINT')
    expect(findingOf('announce/on-stdout', withLife(life))).toEqual({
      outcome: 'fail',
      expected: 'BACKEND_PORT:{port} on stdout, and not on stderr',
      observed: '"BACKEND_PORT:41234" on stderr',
      seen: { life: 'stop-sigint', sinceLaunchMs: 7 },
    })
  })

  test('names a RegExp as its user wrote it', () => {
    const life = aLife('stop-sigint').logs('BACKEND_PORT:41234').announces().isReady().stopsOn('SIGINT')
    const evidence = withLife(life, { ...evidenceOf().contract, announce: REGEXP })
    expect(findingOf('announce/on-stdout', evidence)).toMatchObject({
      expected: '/^port=(?<port>\\d+)$/i on stdout, and not on stderr',
    })
  })
})

describe('announce/once', () => {
  const twice = (count: number) => {
    const life = aLife('stop-sigint').announces().isReady()
    for (let again = 1; again < count; again += 1) life.after(100).writes('stdout', 'BACKEND_PORT:41234\n')
    return findingOf('announce/once', withLife(life.stopsOn('SIGINT')))
  }

  test('passes for one in each life', () => {
    expect(twice(1)).toEqual({ outcome: 'pass', observed: 'once' })
  })

  test('fails for a second one, with the time of each', () => {
    expect(twice(2)).toEqual({
      outcome: 'fail',
      expected: 'one announcement in the whole life',
      observed: '2: "BACKEND_PORT:41234" after 40 ms, "BACKEND_PORT:41234" after 142 ms',
      seen: { life: 'stop-sigint', sinceLaunchMs: 142 },
    })
  })

  test('quotes no more than the first three', () => {
    expect(twice(500)).toMatchObject({
      observed:
        '500: "BACKEND_PORT:41234" after 40 ms, "BACKEND_PORT:41234" after 142 ms, "BACKEND_PORT:41234" after 242 ms, …',
    })
  })
})

describe('announce/well-formed', () => {
  test('passes with the line', () => {
    expect(findingOf('announce/well-formed', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: '"BACKEND_PORT:41000"',
    })
  })

  test('passes with CRLF, and notes it', () => {
    const life = aLife('stop-sigterm').announces(41_234, '\r\n').isReady().isSeen().stopsOn('SIGTERM')
    expect(findingOf('announce/well-formed', withLife(life))).toEqual({
      outcome: 'pass',
      observed: '"BACKEND_PORT:41234", ended by CRLF',
    })
  })

  test('fails for a line that is nearly right, with what is wrong about it', () => {
    const life = aLife('stop-sigint').after(6).writes('stdout', 'BACKEND_PORT: 41234\n').announces().isReady()
    expect(findingOf('announce/well-formed', withLife(life.stopsOn('SIGINT')))).toEqual({
      outcome: 'fail',
      expected: 'BACKEND_PORT:{port}, to the byte, and a newline',
      observed: '"BACKEND_PORT: 41234": it is not written as BACKEND_PORT:{port}',
      seen: { life: 'stop-sigint', sinceLaunchMs: 6 },
    })
  })

  test('fails for a line that no newline ends', () => {
    const life = aLife('stop-sigterm').writes('stdout', 'BACKEND_PORT:41234')
    expect(findingOf('announce/well-formed', evidenceOf({ lives: [life.stopsOn('SIGTERM')] }))).toMatchObject(
      {
        outcome: 'fail',
        observed: '"BACKEND_PORT:41234": no newline ends it, so a reader of lines never gets it',
      },
    )
  })

  test('leaves a log line about the port, after the announcement, to logs/stdout-machine-only', () => {
    const life = aLife('stop-sigint').announces().isReady().writes('stdout', 'backend port 41234 is open\n')
    const evidence = withLife(life.stopsOn('SIGINT'))
    expect(findingOf('announce/well-formed', evidence)).toMatchObject({ outcome: 'pass' })
    expect(findingOf('logs/stdout-machine-only', evidence)).toMatchObject({
      outcome: 'fail',
      observed: '"backend port 41234 is open"',
    })
  })

  test('lets nothing of a hostile line through', () => {
    const life = aLife('stop-sigint').writes('stdout', '\u001B[2JBACKEND_PORT:41234\n').announces().isReady()
    expect(findingOf('announce/well-formed', withLife(life.stopsOn('SIGINT')))).toMatchObject({
      outcome: 'fail',
      observed: '"\\x1b[2JBACKEND_PORT:41234": terminal escape codes in it',
    })
  })

  test('accepts a line that resembles it where the contract allows that line', () => {
    const life = aLife('stop-sigint').writes('stdout', 'backend port 41234 is open\n').announces().isReady()
    const evidence = (stdout: RegExp[]) =>
      evidenceOf({ contract: { logs: { stdout } }, lives: [life.stopsOn('SIGINT')] })
    expect(findingOf('announce/well-formed', evidence([/is open$/g]))).toMatchObject({ outcome: 'pass' })
    expect(findingOf('announce/well-formed', evidence([/is closed$/]))).toMatchObject({ outcome: 'fail' })
  })
})

describe('announce/listening-first', () => {
  test('passes with the slowest connection', () => {
    expect(findingOf('announce/listening-first', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'accepted within 1.0 ms of the line',
    })
  })

  test('fails when the first connection was refused and a later one accepted', () => {
    const life = aLife('stop-sigint').announces().isAsked('first', { refused: true }).after(25)
    const evidence = withLife(life.isAsked('retry').becomesReady().stopsOn('SIGINT'))
    expect(findingOf('announce/listening-first', evidence)).toEqual({
      outcome: 'fail',
      expected: 'a connection made the moment the line can be read is accepted',
      observed: 'refused 1.0 ms after the line, accepted after 27 ms',
      seen: { life: 'stop-sigint', sinceLaunchMs: 41 },
    })
  })

  test('does not take a cut answer for a refused connection', () => {
    const life = aLife('stop-sigint').announces().isAsked('first', { fails: 'ECONNRESET' }).after(25)
    const evidence = withLife(life.isAsked('retry').becomesReady().stopsOn('SIGINT'))
    expect(findingOf('announce/listening-first', evidence)).toMatchObject({ outcome: 'pass' })
  })

  test('does not take a connection that came to nothing otherwise for a refused one', () => {
    const life = aLife('stop-sigint').announces().isAsked('first', { refused: true, code: 'ETIMEDOUT' })
    const evidence = withLife(life.isAsked('retry').becomesReady().stopsOn('SIGINT'))
    expect(findingOf('announce/listening-first', evidence)).toMatchObject({ outcome: 'pass' })
  })

  test('does not mind a connection that is refused once it was stopped', () => {
    const life = aLife('stop-sigint').announces().isReady().after(9).isAsked('check', { refused: true })
    expect(findingOf('announce/listening-first', withLife(life.stopsOn('SIGINT')))).toMatchObject({
      outcome: 'pass',
    })
  })
})

describe('announce/own-port', () => {
  test('passes when its processes listen there', () => {
    expect(findingOf('announce/own-port', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'its own process listens there',
    })
  })

  test.each([
    [[], 'none of its processes listens on any port'],
    [[loopback(8080), loopback(8081, '::1')], 'they listen on 127.0.0.1:8080, [::1]:8081'],
  ])('fails when they listen on %j', (listeners, observed) => {
    const life = aLife('stop-sigterm').announces().isReady().isSeen({ listeners }).stopsOn('SIGTERM')
    expect(findingOf('announce/own-port', withLife(life))).toEqual({
      outcome: 'fail',
      expected: 'port 41234, which it announced, is listened on by its own processes',
      observed,
      seen: { life: 'stop-sigterm', sinceLaunchMs: 45 },
    })
  })

  test('is skipped when nobody can see who listens', () => {
    const life = aLife('stop-sigterm').announces().isReady().lookFails('lsof is not installed')
    const clauses = ['announce/own-port'] as const
    const evidence = evidenceOf({ clauses, lives: [life.stopsOn('SIGTERM')] })
    expect(findingOf('announce/own-port', evidence)).toEqual({
      outcome: 'skipped',
      reason: 'who listens could not be seen: lsof is not installed',
    })
  })

  test('does not blame the port of a sidecar that was gone before the look', () => {
    const life = aLife('stop-sigterm').announces().isReady().exits(1).isSeen({ processes: [], listeners: [] })
    const evidence = withLife(life.after(8).isSent('SIGTERM').leaves())
    expect(findingOf('announce/own-port', evidence)).toMatchObject({ outcome: 'pass' })
    expect(findingOf('stop/sigterm', evidence)).toMatchObject({
      outcome: 'fail',
      observed: 'it exited with code 1 before it was told to stop; stderr stayed empty',
    })
  })
})

describe('announce/flushed', () => {
  const unready = () =>
    aLife('stop-sigint')
      .isLate('announcement')
      .isSeen({ listeners: [loopback(41_234)] })

  test('passes with the time of the quickest', () => {
    expect(findingOf('announce/flushed', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'read 40 ms after the launch',
    })
  })

  test('fails when the line comes only at the exit', () => {
    const life = unready().isSent('SIGTERM').after(50).writes('stdout', 'BACKEND_PORT:41234\n').exits(0)
    expect(findingOf('announce/flushed', withLife(life.leaves()))).toEqual({
      outcome: 'fail',
      expected: 'BACKEND_PORT:{port} can be read while it runs',
      observed:
        'it listens on 127.0.0.1:41234, nothing could be read for 10.00 s, and the line came only when it ended: stdout is left in a buffer, or never written',
      seen: { life: 'stop-sigint', sinceLaunchMs: 10_000 },
    })
  })

  test('quotes of all that it wrote the line with its port', () => {
    const life = aLife('stop-sigint').writes('stdout', '\nhi!\n  Home\n  http://127.0.0.1:41234\n')
    const late = life.isLate('announcement').isSeen({ listeners: [loopback(41_234)] })
    expect(findingOf('announce/flushed', withLife(late.isKilled().leaves()))).toMatchObject({
      observed:
        'it listens on 127.0.0.1:41234, and what it wrote on stdout is not the announcement: "  http://127.0.0.1:41234"',
    })
  })

  test('quotes its first words, where none holds its port', () => {
    const late = aLife('stop-sigint').writes('stdout', '\nhi!\nhow are you\n').isLate('announcement')
    const life = late
      .isSeen({ listeners: [loopback(41_234)] })
      .isKilled()
      .leaves()
    expect(findingOf('announce/flushed', withLife(life))).toMatchObject({
      observed: expect.stringContaining('is not the announcement: "hi!"'),
    })
  })

  test('fails when it listens and the line never comes', () => {
    expect(findingOf('announce/flushed', withLife(unready().isKilled().leaves()))).toMatchObject({
      outcome: 'fail',
      observed:
        'it listens on 127.0.0.1:41234, nothing could be read for 10.00 s, and the line never came: stdout is left in a buffer, or never written',
    })
  })
})
