import type { Contract } from '../contract/contract.ts'
import { eventsOf } from '../recording/query.ts'
import { duration } from '../text/duration.ts'
import { type IsoTime, parseIsoTime } from '../text/iso-time.ts'
import { type GoodAnswer, goodAnswers } from './answers.ts'
import { BASELINE_LIFE, blocked, type Clause, type Finding, fail, pass, skipped } from './clause.ts'

/** A program may read the clock that the system's timer advances: every 16 ms on Windows, every 10 on others. */
const COARSE_CLOCK_MS = 50

/** Where the zone is the whole difference, this is what it can be a multiple of. */
const ZONE_STEP_MS = 15 * 60_000

interface TimedAnswer extends GoodAnswer {
  readonly text: string
  readonly time: IsoTime
}

/**
 * What a log, a cache or a licence check does with a time is wrong by what the clock is wrong. The body was made
 * between the request and the response, so its time has to lie between these two.
 */
export const clock: Clause = {
  id: 'health/clock',
  asks: 'http',
  scenarios: [BASELINE_LIFE, 'questions', 'idle'],
  needs: ['health/schema'],
  judge({ contract, readyLives, holds }) {
    const { timestamp } = contract.health
    if (timestamp === null) return skipped('the contract names no timestamp')
    const timed = timedAnswers(goodAnswers(readyLives, contract), timestamp)
    if (timed.length === 0) {
      return holds('health/schema')
        ? skipped(`the body has no ${timestamp} in ISO 8601`)
        : blocked('health/schema')
    }
    // Who counts in seconds shows it in all answers; one that happens to end in a zero shows nothing.
    const unitMs = Math.min(...timed.map(({ time }) => time.unitMs))
    let furthestMs = 0
    for (const answer of timed) {
      const finding = judgeTime(answer, timed, unitMs, contract)
      if (finding !== null) return excuse(answer, timed) ?? finding
      furthestMs = Math.max(furthestMs, Math.abs(answer.time.epochMs - receivedAt(answer)))
    }
    const isElsewhere = timed.some(({ life }) => eventsOf(life, 'launch')[0]?.variables.includes('TZ'))
    return pass(
      `${timed.length} answers, at most ${duration(furthestMs)} from their arrival${isElsewhere ? ', also in another time zone' : ''}`,
    )
  },
}

function timedAnswers(answers: readonly GoodAnswer[], key: string): TimedAnswer[] {
  return answers.flatMap(answer => {
    const text = answer.body[key]
    const time = typeof text === 'string' ? parseIsoTime(text) : null
    return time === null ? [] : [{ ...answer, text: text as string, time }]
  })
}

function judgeTime(
  answer: TimedAnswer,
  all: readonly TimedAnswer[],
  unitMs: number,
  contract: Contract,
): Finding | null {
  const { life, response, askedAtMs, text, time } = answer
  const behindMs = receivedAt(answer) - time.epochMs
  const toleranceMs = unitMs + COARSE_CLOCK_MS
  const tookMs = response.atMs - askedAtMs
  const isLate = behindMs > tookMs + toleranceMs
  const isEarly = behindMs < -toleranceMs
  const isInUtc = time.offsetMinutes === 0
  if (!isLate && !isEarly && isInUtc) return null
  const expected = `${contract.health.timestamp} is the time of the response, in UTC`
  const distance = `${tell(Math.abs(behindMs))} ${behindMs > 0 ? 'behind' : 'ahead of'} the response, which came at ${response.wallTime}`
  const observed =
    isLate || isEarly
      ? `"${text}" is ${distance}${explain(answer, all, behindMs, toleranceMs)}`
      : `"${text}" is the right moment, told in another time zone than UTC`
  return fail(expected, observed, { life, atMs: response.atMs })
}

/**
 * The wall clock that an arrival was read from may have been set since the body was made, or be set all the time: by
 * NTP, by its host, or when a virtual machine wakes up. The clock of the recording tells, which nobody can set. One
 * that is steered goes wrong by less than a millisecond a second, so what is more than a coarse tick was a jump.
 */
function excuse(answer: TimedAnswer, all: readonly TimedAnswer[]): Finding | null {
  const differences = all.map(each => receivedAt(each) - each.response.atMs)
  const jumpMs = Math.max(...differences) - Math.min(...differences)
  const mayExplain = Math.abs(receivedAt(answer) - answer.time.epochMs) <= jumpMs + COARSE_CLOCK_MS
  // What it says of its zone it says by any clock.
  if (jumpMs < COARSE_CLOCK_MS || !mayExplain || answer.time.offsetMinutes !== 0) return null
  return skipped(`this machine's clock was set by ${tell(jumpMs)} while it was judged: judge it again`)
}

function explain(
  { life, response, text }: TimedAnswer,
  all: readonly TimedAnswer[],
  behindMs: number,
  toleranceMs: number,
): string {
  const same = all.find(
    other => other.life === life && other.text === text && other.response.atMs < response.atMs,
  )
  if (same !== undefined) {
    return `: the same as in the answer ${duration(response.atMs - same.response.atMs)} before, so it is not made for each`
  }
  const steps = Math.round(behindMs / ZONE_STEP_MS)
  const isZone = steps !== 0 && Math.abs(behindMs - steps * ZONE_STEP_MS) <= toleranceMs + COARSE_CLOCK_MS
  return isZone ? ': it is a local time' : ''
}

/** Hours are what people tell zones apart by. */
export function tell(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return minutes < 60 ? duration(ms) : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** On the wall clock, in milliseconds since 1970. */
function receivedAt({ response }: GoodAnswer): number {
  return Date.parse(response.wallTime)
}
