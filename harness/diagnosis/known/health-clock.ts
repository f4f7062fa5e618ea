import type { Fix, KnownFailure } from '../known-failure.ts'
import { repeats, TIME_IN_UTC, type TimedAnswer, timesIn, toldBy } from '../times.ts'

/** Where the zone is the whole difference, this is what it is a multiple of. */
const ZONE_STEP_MS = 15 * 60_000
/** How far a right time may be off: the answer's way, a coarse clock, and whole seconds. */
const NEAR_MS = 1_500
/** Seconds that are taken for milliseconds tell a day in January 1970. */
const DAY_MS = 24 * 3_600_000

/** Each a way in which a time is wrong. */
const KINDS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  fits(answer: TimedAnswer, all: readonly TimedAnswer[]): boolean
}[] = [
  {
    id: 'timestamp-never-set',
    title: 'Its timestamp was never set: it is the zero of its type.',
    sources: ['https://pkg.go.dev/time#Time.IsZero'],
    fix: {
      ...TIME_IN_UTC,
      any: 'Set it when the answer is made: Go time.Now().UTC(), Rust chrono::Utc::now().',
    },
    fits: ({ text, time }) => text.startsWith('0001-01-01') || time.epochMs === 0,
  },
  {
    id: 'timestamp-in-wrong-unit',
    title: 'Its timestamp was made of seconds that were taken for milliseconds.',
    sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Date'],
    fix: {
      ...TIME_IN_UTC,
      any: 'Multiply by 1000, or use the function for seconds: JavaScript and Java count milliseconds since 1970, C, Python and Go seconds.',
    },
    fits: ({ time, behindMs }) => Math.abs(time.epochMs * 1000 - (time.epochMs + behindMs)) < DAY_MS,
  },
  {
    id: 'timestamp-made-once',
    title: 'Its timestamp was made once, and answers repeat it.',
    sources: ['https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cache-Control'],
    fix: {
      any: 'Make it in the handler, and not at the start; and let nothing keep the answer: `Cache-Control: no-store` on the health path.',
      node: 'new Date().toISOString() in the handler: a constant beside it is made when the module is loaded.',
      python: 'Make it in the handler: a default argument, or a field of a class, is made once.',
    },
    fits: (answer, all) => all.some(other => all.some(later => repeats(other, later, answer.time.unitMs))),
  },
  {
    id: 'timestamp-in-local-time',
    title: 'Its timestamp is a local time that says that it is UTC.',
    sources: ['https://github.com/ICTU/quality-time/pull/6156'],
    fix: {
      ...TIME_IN_UTC,
      node: 'new Date().toISOString() is UTC: nothing has to be added or taken off, and no Z put behind a local time.',
      python:
        'datetime.now(timezone.utc).isoformat(): datetime.now() is the local time, whatever is put behind it.',
    },
    fits({ behindMs }) {
      const steps = Math.round(behindMs / ZONE_STEP_MS)
      return steps !== 0 && Math.abs(behindMs - steps * ZONE_STEP_MS) < NEAR_MS
    },
  },
  {
    id: 'timestamp-lags',
    title:
      'Its timestamp is older than its answer, by the same in every one: a cache, or a clock of its own, lags behind.',
    sources: ['https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cache-Control'],
    fix: {
      any: 'Read the clock of the system when the answer is made. Let nothing keep the body (`Cache-Control: no-store`), and look for a clock that is only brought up to date now and then.',
    },
    fits: ({ behindMs }) => behindMs > 0,
  },
]

/** Its body is right for who reads the zone, and the default schema asks for UTC too: it breaks both clauses. */
export const timestampInOwnZone: KnownFailure = {
  id: 'timestamp-in-own-zone',
  title: 'Its timestamp is right, and told in the time zone of the machine and not in UTC.',
  clauses: ['health/schema', 'health/clock'],
  sources: ['https://github.com/ICTU/quality-time/pull/6156'],
  fix: TIME_IN_UTC,
  recognise(scene) {
    const { answer } = timesIn(scene)
    if (answer === null || answer.time.offsetMinutes === 0 || Math.abs(answer.behindMs) > NEAR_MS) return null
    const { timestamp } = scene.evidence.contract.health
    const isMeant = answer.response.schemaProblems.some(problem => problem.startsWith(`${timestamp}: `))
    return scene.clause === 'health/schema' && !isMeant ? null : { evidence: toldBy(answer) }
  },
}

const wrongTimes: readonly KnownFailure[] = KINDS.map(({ id, title, sources, fix, fits }) => ({
  id,
  title,
  clauses: ['health/clock'],
  sources,
  fix,
  recognise(scene) {
    const { answer, all } = timesIn(scene)
    return answer === null || !fits(answer, all) ? null : { evidence: toldBy(answer) }
  },
}))

const ahead: KnownFailure = {
  id: 'timestamp-ahead',
  title: 'Its timestamp lies in the future.',
  clauses: ['health/clock'],
  sources: ['https://github.com/ICTU/quality-time/pull/6156'],
  fix: {
    ...TIME_IN_UTC,
    any: 'Read the clock of the system when the answer is made, and add nothing to it.',
  },
  recognise(scene) {
    const { answer } = timesIn(scene)
    return { evidence: answer === null ? [] : toldBy(answer) }
  },
}

/** From the particular to the general. */
export const healthClockFailures: readonly KnownFailure[] = [...wrongTimes, ahead]
