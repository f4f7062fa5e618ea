import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, type Script } from './recordings.ts'

const ID = 'stop/in-flight'
const SLOW = { stop: { slowPath: '/slow' } }

/** Up, with the slow request in its hands. */
const busy = (signal = 'sigterm') =>
  aLife(`in-flight-${signal}`).logs('up').announces().isReady().isBusyWith('/slow').isAsked('check')

const findingFor = (...lives: Script[]) => findingOf(ID, evidenceOf({ contract: SLOW, lives }))

describe(ID, () => {
  test('passes with what was answered, and when', () => {
    expect(findingOf(ID, evidenceOf({ contract: SLOW }))).toEqual({
      outcome: 'pass',
      observed:
        'GET /slow was answered whole, 300 ms after SIGTERM and 300 ms after SIGINT; of 2 requests sent with the signal 2 were answered whole and 0 not begun; clean after 302 ms',
    })
  })

  test('passes when a request that was sent with the signal gets no answer at all', () => {
    const life = busy().isBusyWith('/health').isSent('SIGTERM').after(9).isDone()
    const evidence = life.isDone({ fails: 'ECONNRESET' }).exits(0).leaves()
    expect(findingFor(evidence)).toMatchObject({
      outcome: 'pass',
      observed: expect.stringContaining('1 were answered whole and 1 not begun'),
    })
  })

  test('says so where only quick ones could be asked', () => {
    expect(findingOf(ID, evidenceOf())).toMatchObject({
      outcome: 'pass',
      observed: expect.stringMatching(/^the contract names no stop\.slowPath, so only quick answers/),
    })
  })

  test('fails for an answer that breaks off, also a quick one', () => {
    const cut = { fails: 'UND_ERR_SOCKET', message: 'other side closed', receivedBytes: 101 } as const
    const quick = busy().isBusyWith('/health').isSent('SIGTERM').after(9).isDone().isDone(cut)
    expect(findingFor(quick.exits(0).leaves())).toEqual({
      outcome: 'fail',
      expected: 'an answer that has begun when SIGTERM comes is sent to its end',
      observed: 'that to GET /health broke off after 101 bytes, 9.0 ms after SIGTERM: other side closed',
      seen: { life: 'in-flight-sigterm', sinceLaunchMs: 55 },
    })
    const slow = busy('sigint').isSent('SIGINT').after(9).isDone(cut).exits(0).leaves()
    expect(findingFor(slow)).toMatchObject({ outcome: 'fail', seen: { life: 'in-flight-sigint' } })
  })

  test.each([
    [
      { fails: 'ECONNRESET', message: 'read ECONNRESET' },
      'it got no answer, 9.0 ms after SIGTERM: read ECONNRESET',
    ],
    [{ status: 503 }, 'it was answered with 503, 9.0 ms after SIGTERM'],
    [
      { status: 404 },
      'it was answered with 404: what the contract names as stop.slowPath is no path of this sidecar',
    ],
  ])('fails when the slow one gets %o', (end, observed) => {
    const evidence = evidenceOf({
      contract: SLOW,
      lives: [busy().isSent('SIGTERM').after(9).isDone(end).exits(0).leaves()],
    })
    expect(findingOf(ID, evidence)).toMatchObject({
      outcome: 'fail',
      expected: 'GET /slow, under way when SIGTERM comes, is answered whole',
      observed,
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('fails for a slow path that does not exist, also when that is answered before the signal', () => {
    const life = busy().isDone({ status: 404 }).after(1).isSent('SIGTERM').after(2).exits(0).leaves()
    expect(findingFor(life)).toMatchObject({ outcome: 'fail', observed: expect.stringContaining('404') })
  })

  test('is skipped when the slow one is answered before the signal: nothing was under way', () => {
    const life = busy().after(30).isDone().after(1).isSent('SIGTERM').after(2).exits(0).leaves()
    expect(findingFor(life)).toEqual({
      outcome: 'skipped',
      reason: 'GET /slow was answered after 33 ms, before SIGTERM was sent: name a slower stop.slowPath',
    })
  })

  test('is judged by the one that was under way, where others had been answered before', () => {
    const tried = busy().after(30).isDone().isBusyWith('/slow').after(1).isSent('SIGTERM').after(400)
    expect(findingFor(tried.isDone({ fails: 'ECONNRESET' }).exits(0).leaves())).toMatchObject({
      outcome: 'fail',
      observed: 'it got no answer, 400 ms after SIGTERM: ECONNRESET',
    })
  })

  test('fails when all is answered, and the end is not clean', () => {
    const life = busy().isSent('SIGTERM').after(400).isDone().after(3).exits(1).leaves()
    expect(findingFor(life)).toMatchObject({
      outcome: 'fail',
      expected: 'after SIGTERM, with GET /slow under way, it exits by itself with code 0 within 10.00 s',
      observed: 'it exited with code 1, 403 ms after SIGTERM; its last words on stderr: "up"',
    })
  })

  test('is judged on the signal on which a plain stop is clean, and blocked where there is none', () => {
    const broken = (signal: 'SIGTERM' | 'SIGINT') =>
      aLife(`stop-${signal.toLowerCase()}`).announces().isReady().isSeen().stopsOn(signal, { exit: 1 })
    const cut = busy().isSent('SIGTERM').isDone({ fails: 'ECONNRESET' }).exits(0).leaves()
    expect(findingFor(broken('SIGTERM'), cut)).toMatchObject({
      outcome: 'pass',
      observed: expect.stringMatching(/^GET \/slow was answered whole, 300 ms after SIGINT;/),
    })
    expect(findingFor(broken('SIGTERM'), broken('SIGINT'))).toEqual({
      outcome: 'blocked',
      by: 'stop/sigterm',
    })
  })

  test('is skipped on Windows', () => {
    expect(findingOf(ID, evidenceOf({ host: { kind: 'windows' } }))).toEqual({
      outcome: 'skipped',
      reason: 'Windows has no signals to be asked by: each of them ends a process outright',
    })
  })
})
