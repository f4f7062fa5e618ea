import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife } from './recordings.ts'

const ID = 'stop/idle-connections'
const KEPT = 'answered and kept alive'

describe(ID, () => {
  const held = (signal: 'sigterm' | 'sigint', error: string | null = null) =>
    aLife(`idle-connections-${signal}`)
      .logs('up')
      .announces()
      .isReady()
      .isHeldOpen([KEPT, KEPT], error)
      .isAsked('check')

  test('passes with the slowest of both signals', () => {
    const evidence = evidenceOf({ lives: [held('sigint').stopsOn('SIGINT', { afterMs: 250 })] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'pass', observed: 'clean after 250 ms' })
  })

  test('fails when it waits for them', () => {
    const life = held('sigterm').isSent('SIGTERM').isLate('exit').isKilled().leaves()
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: `after SIGTERM, with 2 connections open (${KEPT}), it exits by itself with code 0 within 10.00 s`,
      observed: 'still running 10.00 s after SIGTERM; its last words on stderr: "up"',
      seen: { life: 'idle-connections-sigterm', sinceLaunchMs: 10_044 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('is skipped where none can be held, and says why', () => {
    const refusal = 'its answer closes the connection'
    const lives = [held('sigterm', refusal).stopsOn('SIGTERM'), held('sigint', refusal).stopsOn('SIGINT')]
    expect(findingOf(ID, evidenceOf({ lives }))).toEqual({
      outcome: 'skipped',
      reason: `no connection could be held open: ${refusal}`,
    })
  })

  test('is skipped on Windows, and judged where one of two is held', () => {
    expect(findingOf(ID, evidenceOf({ host: { kind: 'windows' } }))).toMatchObject({ outcome: 'skipped' })
    const lives = [held('sigterm', 'reset').stopsOn('SIGTERM')]
    expect(findingOf(ID, evidenceOf({ lives }))).toMatchObject({ outcome: 'pass' })
  })
})
