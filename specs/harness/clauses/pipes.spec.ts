import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, type Ending, type Script } from './recordings.ts'
import { isAskedTheUnknown } from './sound/health.ts'

const GONE: Ending = { refused: true }
const UNANSWERED: Ending = { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' }

const begun = (id: string) => isAskedTheUnknown(aLife(id).logs('up').announces().isReady())

/** A life in which an unknown path was too much. */
const unaware = (id: string) =>
  aLife(id)
    .logs('up')
    .announces()
    .isReady()
    .isAsked('unknown path', GONE)
    .isAsked('check', GONE)
    .exits(1)
    .leaves()

/** A life in which that alone is seen. */
const crashing = () =>
  aLife('questions')
    .logs('up')
    .announces()
    .isReady()
    .isAsked('check')
    .isVolleyed('burst')
    .isAsked('check')
    .isAsked('unknown path', GONE)
    .isAsked('check', GONE)
    .exits(1)
    .leaves()

describe('logs/closed-pipes', () => {
  const ID = 'logs/closed-pipes'
  const closed = () => begun('closed-pipes').isRead('stdout', 'closed').isRead('stderr', 'closed')
  const judge = (life: Script) => findingOf(ID, evidenceOf({ lives: [life] }))

  test('passes when it serves and ends cleanly', () => {
    expect(judge(isAskedTheUnknown(closed()).stopsOn('SIGTERM'))).toEqual({
      outcome: 'pass',
      observed: 'it served, and ended cleanly',
    })
  })

  test('fails when it dies of it', () => {
    const life = isAskedTheUnknown(closed()).isAsked('check', GONE).exits('SIGPIPE').leaves()
    expect(judge(life)).toEqual({
      outcome: 'fail',
      expected: 'it goes on serving once its parent has closed its ends of stdout and stderr',
      observed: 'SIGPIPE killed it, 51 ms after its launch; its last words on stderr: "up"',
      seen: { life: 'closed-pipes', sinceLaunchMs: 51 },
    })
  })

  test('fails when it serves no more', () => {
    expect(judge(closed().isAsked('check', UNANSWERED).stopsOn('SIGTERM'))).toMatchObject({
      outcome: 'fail',
      observed: 'a request to it failed: no answer within 5000 ms',
    })
  })

  test('fails when it does not end cleanly', () => {
    expect(judge(isAskedTheUnknown(closed()).stopsOn('SIGTERM', { exit: 1 }))).toMatchObject({
      outcome: 'fail',
      expected:
        'after SIGTERM, its pipes closed by its parent, it exits by itself with code 0 within 10.00 s',
      observed: 'it exited with code 1, 5.0 ms after SIGTERM; its last words on stderr: "up"',
    })
  })

  test('is blocked where it does not end cleanly in any case', () => {
    const plain = aLife('stop-sigterm')
      .logs('up')
      .announces()
      .isReady()
      .isSeen()
      .stopsOn('SIGTERM', { exit: 1 })
    const life = isAskedTheUnknown(closed()).stopsOn('SIGTERM', { exit: 1 })
    expect(findingOf(ID, evidenceOf({ lives: [plain, life] }))).toEqual({
      outcome: 'blocked',
      by: 'stop/sigterm',
    })
  })

  test('is blocked where an unknown path was too much already', () => {
    const evidence = evidenceOf({ lives: [unaware('closed-pipes'), crashing()] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'health/unknown-path' })
  })
})

describe('logs/undrained-stderr', () => {
  const ID = 'logs/undrained-stderr'
  const paused = () =>
    aLife('undrained-stderr')
      .logs('up')
      .announces()
      .isReady()
      .isVolleyed('load', { path: '/unknown' })
      .isAsked('check')
      .isRead('stderr', 'paused')
      .isVolleyed('load', { path: '/unknown' })
  const judge = (life: Script) => findingOf(ID, evidenceOf({ lives: [life.stopsOn('SIGTERM')] }))
  const log = (bytes: number) => `${'x'.repeat(bytes - 1)}\n`

  test('passes with how much of its log waited', () => {
    const life = paused()
      .isAsked('check')
      .isRead('stderr', 'resumed')
      .writes('stderr', log(60 * 1024))
    expect(judge(life)).toEqual({
      outcome: 'pass',
      observed: 'answered, with its log unread: 60.0 KiB of it came afterwards',
    })
  })

  test('fails when it does not answer', () => {
    const life = paused().isAsked('check', UNANSWERED).isRead('stderr', 'resumed')
    expect(judge(life.writes('stderr', log(128 * 1024)))).toMatchObject({
      outcome: 'fail',
      expected: 'it goes on serving while nobody reads its stderr',
      observed: expect.stringMatching(
        /^a request failed: no answer within 5000 ms; its last words on stderr: /,
      ),
      seen: { life: 'undrained-stderr' },
    })
  })

  test('is skipped where it logs too little to fill a pipe', () => {
    const life = paused().isAsked('check').isRead('stderr', 'resumed').writes('stderr', log(900))
    expect(judge(life)).toEqual({
      outcome: 'skipped',
      reason: 'it logged only 900 bytes meanwhile, and a pipe holds 64 KiB: it was never full',
    })
  })

  test('is blocked where an unknown path was too much already', () => {
    const evidence = evidenceOf({ lives: [unaware('undrained-stderr'), crashing()] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'health/unknown-path' })
  })
})
