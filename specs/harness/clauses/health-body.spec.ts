import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, type Ending } from './recordings.ts'

/** A body that is sound, but for this. */
const saying = (more: Record<string, unknown>): string =>
  JSON.stringify({ status: 'ok', app: 'backend', ...more })

/** What is found when the life that is stopped by SIGINT says this, 42 ms after its launch. */
function judge(id: ClauseId, answer: Ending, contract: ContractInput = {}) {
  const life = aLife('stop-sigint').logs('up').announces().isReady(answer).stopsOn('SIGINT')
  return findingOf(id, evidenceOf({ contract, lives: [life] }))
}

const UNSOUND = { schemaProblems: ['no'] }

describe('health/identity', () => {
  const ID = 'health/identity'
  const contract = { health: { app: 'backend' } }
  const failed = (expected: string, observed: string) => ({
    outcome: 'fail',
    expected: `the answer says ${expected}`,
    observed,
    seen: { life: 'stop-sigint', sinceLaunchMs: 42 },
  })

  test('is skipped where the contract names nothing', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({
      outcome: 'skipped',
      reason: 'the contract names neither an app nor a version',
    })
  })

  test('passes with what is named', () => {
    expect(findingOf(ID, evidenceOf({ contract }))).toEqual({ outcome: 'pass', observed: 'app "backend"' })
  })

  test('fails for another app', () => {
    expect(judge(ID, { body: saying({ app: 'other' }) }, contract)).toEqual(
      failed('app "backend"', 'it says app "other": this is another program'),
    )
  })

  test('fails for another version, and for none', () => {
    const versioned = { health: { version: '1.2.3' } }
    const lives = (body: string) => [aLife('stop-sigterm').announces().isReady({ body }).stopsOn('SIGTERM')]
    const only = (body: string) => evidenceOf({ contract: versioned, only: lives(body) })
    expect(findingOf(ID, only(saying({ version: '1.2.3' })))).toMatchObject({ outcome: 'pass' })
    expect(findingOf(ID, only(saying({ version: '1.2.2' })))).toMatchObject({
      expected: 'the answer says version "1.2.3"',
      observed: 'it says version "1.2.2": this is another build, or the contract is not up to date',
    })
    expect(findingOf(ID, only(saying({})))).toMatchObject({ observed: 'it says nothing of its version' })
    expect(findingOf(ID, only(saying({ version: 1 })))).toMatchObject({
      observed: 'it says version 1: this is another build, or the contract is not up to date',
    })
  })

  test('is blocked where nothing is said and the schema is why', () => {
    expect(judge(ID, { body: '{}', ...UNSOUND }, contract)).toEqual({
      outcome: 'blocked',
      by: 'health/schema',
    })
    expect(judge(ID, { body: 'ok', ...UNSOUND }, contract)).toEqual({
      outcome: 'blocked',
      by: 'health/schema',
    })
  })
})

describe('health/clock', () => {
  const ID = 'health/clock'
  const at = (timestamp: unknown) => saying({ timestamp, uptime: 0.042 })
  const failed = (observed: string) => ({
    outcome: 'fail',
    expected: 'timestamp is the time of the response, in UTC',
    observed,
    seen: { life: 'stop-sigint', sinceLaunchMs: 42 },
  })

  test('passes with the distance, and says whether another zone was tried', () => {
    expect(findingOf(ID, evidenceOf())).toMatchObject({
      outcome: 'pass',
      observed: expect.stringMatching(/^\d+ answers, at most 0\.0 ms from their arrival$/),
    })
    const life = aLife('questions', { variables: ['HOME', 'TZ'] })
      .announces()
      .isReady()
      .stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toMatchObject({
      observed: expect.stringMatching(/from their arrival, also in another time zone$/),
    })
  })

  test.each([
    // It came at .042, and a body cannot be older than its request, but for a coarse clock.
    ['2026-01-01T00:00:00.041Z'],
    ['2026-01-01T00:00:00.090Z'],
    ['2025-12-31T23:59:59.992Z'],
    ['2026-01-01T00:00:00.041'],
    ['2026-01-01 00:00:00.041'],
    ['2026-01-01T00:00:00.041000+00:00'],
  ])('passes for %s', timestamp => {
    expect(judge(ID, { body: at(timestamp) })).toMatchObject({ outcome: 'pass' })
  })

  test.each([
    ['2026-01-01T05:45:00.042Z', '5 h 45 min ahead of', ': it is a local time'],
    ['2025-12-31T21:30:00.042Z', '2 h 30 min behind', ': it is a local time'],
    ['2026-01-01T00:00:05.142Z', '5.10 s ahead of', ''],
    ['2025-12-31T23:59:59.941Z', '101 ms behind', ''],
  ])('fails for %s', (timestamp, distance, explanation) => {
    const came = 'the response, which came at 2026-01-01T00:00:00.042Z'
    expect(judge(ID, { body: at(timestamp) })).toEqual(
      failed(`"${timestamp}" is ${distance} ${came}${explanation}`),
    )
  })

  test('fails for the right moment in another zone', () => {
    expect(judge(ID, { body: at('2026-01-01T05:45:00.042+05:45') })).toEqual(
      failed('"2026-01-01T05:45:00.042+05:45" is the right moment, told in another time zone than UTC'),
    )
  })

  test('is skipped where this machine’s clock was set meanwhile, as far as that explains it', () => {
    const anHourLater = '2026-01-01T01:00:00.042Z'
    expect(judge(ID, { wallTime: anHourLater })).toEqual({
      outcome: 'skipped',
      reason: "this machine's clock was set by 1 h 0 min while it was judged: judge it again",
    })
    expect(judge(ID, { wallTime: anHourLater, body: at('2025-12-31T23:00:00.042Z') })).toEqual(
      failed(
        `"2025-12-31T23:00:00.042Z" is 2 h 0 min behind the response, which came at ${anHourLater}: it is a local time`,
      ),
    )
    expect(judge(ID, { wallTime: anHourLater, body: at('2026-01-01T06:45:00.042+05:45') })).toMatchObject({
      outcome: 'fail',
      observed: expect.stringMatching(/told in another time zone than UTC$/),
    })
    // As a virtual machine's host sets it.
    expect(judge(ID, { wallTime: '2026-01-01T00:00:00.542Z' })).toEqual({
      outcome: 'skipped',
      reason: "this machine's clock was set by 500 ms while it was judged: judge it again",
    })
    // As much as a steered clock goes wrong in a minute.
    const steered = { wallTime: '2026-01-01T00:00:00.082Z', body: at('2025-12-31T23:59:59.992Z') }
    expect(judge(ID, steered)).toMatchObject({ outcome: 'fail' })
  })

  test('fails for one that stands still', () => {
    const body = at('2026-01-01T00:00:00.041Z')
    const life = aLife('idle').announces().isReady({ body }).after(500).isAsked('check', { body })
    const finding = findingOf(ID, evidenceOf({ lives: [life.stopsOn('SIGTERM')] }))
    expect(finding).toMatchObject({
      observed:
        '"2026-01-01T00:00:00.041Z" is 503 ms behind the response, which came at 2026-01-01T00:00:00.544Z: the same as in the answer 502 ms before, so it is not made for each',
    })
  })

  describe('of whole seconds', () => {
    /** All answers there are: at 42 ms and at 944. */
    const judgeBoth = (first: string, second: string) => {
      const life = aLife('stop-sigterm')
        .announces()
        .isReady({ body: at(first) })
        .after(900)
      const asked = life.isAsked('check', { body: at(second) }).stopsOn('SIGTERM')
      return findingOf(ID, evidenceOf({ only: [asked] }))
    }

    test.each([
      ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
      ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
      ['2026-01-01T00:00:01Z', '2026-01-01T00:00:01Z'],
    ])('passes for %s, then %s', (first, second) => {
      expect(judgeBoth(first, second)).toMatchObject({ outcome: 'pass' })
    })

    test('fails for a second too many', () => {
      expect(judgeBoth('2026-01-01T00:00:00Z', '2026-01-01T00:00:02Z')).toMatchObject({ outcome: 'fail' })
      expect(judgeBoth('2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z')).toMatchObject({ outcome: 'fail' })
    })

    test('fails for what is told to the millisecond elsewhere', () => {
      expect(judgeBoth('2026-01-01T00:00:00.041Z', '2026-01-01T00:00:00.000Z')).toMatchObject({
        outcome: 'fail',
      })
    })
  })

  test('is skipped where there is none, and blocked where the schema asks for it', () => {
    const only = (answer: Ending) =>
      evidenceOf({ only: [aLife('stop-sigterm').announces().isReady(answer).stopsOn('SIGTERM')] })
    const none = { outcome: 'skipped', reason: 'the body has no timestamp in ISO 8601' }
    expect(findingOf(ID, only({ body: saying({}) }))).toEqual(none)
    expect(findingOf(ID, only({ body: at(1_767_225_600) }))).toEqual(none)
    expect(findingOf(ID, only({ body: at('Thu, 01 Jan 2026 00:00:00 GMT'), ...UNSOUND }))).toEqual({
      outcome: 'blocked',
      by: 'health/schema',
    })
    expect(findingOf(ID, evidenceOf({ contract: { health: { timestamp: false } } }))).toEqual({
      outcome: 'skipped',
      reason: 'the contract names no timestamp',
    })
  })

  test('is read where the contract says', () => {
    const body = saying({ now: '2026-01-01T00:00:09.000Z', timestamp: '2026-01-01T00:00:00.042Z' })
    expect(judge(ID, { body }, { health: { timestamp: 'now' } })).toMatchObject({
      expected: 'now is the time of the response, in UTC',
    })
  })
})

describe('health/uptime', () => {
  const ID = 'health/uptime'
  const up = (uptime: unknown) => saying({ timestamp: '2026-01-01T00:00:00.042Z', uptime })

  test('passes with what it has grown by', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'grown by 2.00 s in 2.00 s, and never more than its age',
    })
  })

  test.each<[number, string]>([
    [42, '42, 42 ms after its launch: it may be milliseconds'],
    [86_400, "86400, 42 ms after its launch: it is another clock's, the machine's perhaps"],
    [1_767_225_600, '1767225600, 42 ms after its launch: it is the time since 1970'],
    [-1, '-1, 42 ms after its launch'],
    [1.05, '1.05, 42 ms after its launch: it may be milliseconds'],
  ])('fails for %d at the first probe', (seconds, observed) => {
    expect(judge(ID, { body: up(seconds) })).toEqual({
      outcome: 'fail',
      expected: 'uptime is the seconds since its start, and not more than it has lived',
      observed,
      seen: { life: 'stop-sigint', sinceLaunchMs: 42 },
    })
  })

  test.each([0, 0.04, 1, 1.04])('passes for %d at the first probe', seconds => {
    expect(judge(ID, { body: up(seconds) })).toMatchObject({ outcome: 'pass' })
  })

  /** What is found when a life says this after 42 ms, and that so much later. */
  function judgeBoth(first: number, second: number, apartMs: number) {
    const life = aLife('stop-sigterm')
      .announces()
      .isReady({ body: up(first) })
      .after(apartMs - 2)
    const asked = life.isAsked('check', { body: up(second) }).stopsOn('SIGTERM')
    return findingOf(ID, evidenceOf({ only: [asked] }))
  }

  test.each([
    [0.03, 0.03, 500, 'it stood still for 498 ms: 0.03, then 0.03'],
    [0.03, 0.1, 500, 'it did not keep pace with 498 ms: 0.03, then 0.1'],
    [0.03, 1.2, 500, 'it did not keep pace with 498 ms: 0.03, then 1.2'],
    [0.5, 0.2, 500, 'it did not keep pace with 498 ms: 0.5, then 0.2'],
    [0, 0, 1_100, 'it stood still for 1.10 s: 0, then 0'],
    [0, 3, 5_000, 'it did not keep pace with 5.00 s: 0, then 3'],
  ])('fails for %d, then %d after %d ms', (first, second, apartMs, observed) => {
    expect(judgeBoth(first, second, apartMs)).toMatchObject({
      outcome: 'fail',
      expected: 'uptime grows by a second in a second',
      observed,
    })
  })

  test.each([
    [0.04, 0.54, 500],
    [0.04, 0.5, 500],
    [0, 1, 1_100],
    [0, 2, 1_100],
    [1, 2, 1_900],
    [0.1, 0.6, 500],
  ])('passes for %d, then %d after %d ms', (first, second, apartMs) => {
    expect(judgeBoth(first, second, apartMs)).toMatchObject({ outcome: 'pass' })
  })

  test('is skipped where no two answers are far enough apart for what it tells', () => {
    const reason = (unit: string) =>
      `it tells no less than ${unit}, and no two answers were far enough apart to see it grow`
    expect(judgeBoth(0, 0, 900)).toEqual({ outcome: 'skipped', reason: reason('1.00 s') })
    expect(judgeBoth(0.04, 0.04, 40)).toEqual({ outcome: 'skipped', reason: reason('10 ms') })
  })

  test('is skipped where there is none, and blocked where the schema asks for it', () => {
    const only = (answer: Ending) =>
      evidenceOf({ only: [aLife('stop-sigterm').announces().isReady(answer).stopsOn('SIGTERM')] })
    expect(findingOf(ID, only({ body: saying({}) }))).toEqual({
      outcome: 'skipped',
      reason: 'the body has no uptime as a number',
    })
    expect(findingOf(ID, only({ body: up('3'), ...UNSOUND }))).toEqual({
      outcome: 'blocked',
      by: 'health/schema',
    })
    expect(findingOf(ID, evidenceOf({ contract: { health: { uptime: false } } }))).toEqual({
      outcome: 'skipped',
      reason: 'the contract names no uptime',
    })
  })
})
