import { type GoodAnswer, goodAnswers } from '../clauses/answers.ts'
import { tell } from '../clauses/clock.ts'
import { type IsoTime, parseIsoTime } from '../text/iso-time.ts'
import { printable } from '../text/printable.ts'
import type { Fix, Scene } from './known-failure.ts'
import { answerSeen } from './seen.ts'

/** What spells the time as every runtime reads it. */
export const TIME_IN_UTC: Fix = {
  any: 'Write the time in UTC as ISO 8601, `2026-01-31T12:00:00.000Z`, when the answer is made. There is none: `health: { timestamp: false }`.',
  node: 'new Date().toISOString(), in the handler.',
  python:
    'datetime.now(timezone.utc).isoformat(), in the handler: utcnow() names no zone, and now() is the local time.',
  jvm: 'Instant.now().toString(), in the handler.',
}

/** An answer with the time that it tells, beside the one that it had to tell. */
export interface TimedAnswer extends GoodAnswer {
  readonly text: string
  readonly time: IsoTime
  /** By the harness's clock, at most so much too late as the answer took. */
  readonly behindMs: number
}

function timed(answer: GoodAnswer, key: string): TimedAnswer | null {
  const text = answer.body[key]
  const time = typeof text === 'string' ? parseIsoTime(text) : null
  if (time === null) return null
  return {
    ...answer,
    text: String(text),
    time,
    behindMs: Date.parse(answer.response.wallTime) - time.epochMs,
  }
}

/** A program may read a clock that ticks every 16 ms: the same text twice within so little time says nothing. */
const COARSE_CLOCK_MS = 50
/** The answer that was judged to be wrong, among all that tell a time. */
export function timesIn(scene: Scene): { answer: TimedAnswer | null; all: readonly TimedAnswer[] } {
  const { contract, lives } = scene.evidence
  const key = contract.health.timestamp ?? ''
  const seen = answerSeen(scene)
  const all = goodAnswers(lives, contract).map(answer => timed(answer, key))
  return { answer: seen === null ? null : timed(seen, key), all: all.filter(answer => answer !== null) }
}

export function toldBy({ text, response, behindMs }: TimedAnswer): readonly string[] {
  const distance = `${tell(Math.abs(behindMs))} ${behindMs > 0 ? 'behind' : 'ahead'}`
  return [`"${printable(text)}" in an answer of ${response.wallTime}: ${distance}`]
}

/** The same text, so far apart that a clock would have moved on. */
export function repeats(one: TimedAnswer, later: TimedAnswer, unitMs: number): boolean {
  const apartMs = later.askedAtMs - one.response.atMs
  return one.life === later.life && one.text === later.text && apartMs > unitMs + COARSE_CLOCK_MS
}
