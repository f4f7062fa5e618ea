import { type GoodAnswer, goodAnswers } from '../clauses/answers.ts'
import type { Listener } from '../host/host.ts'
import { type Exchange, exchangesOf } from '../recording/exchanges.ts'
import { eventsOf, exitedByItself, firstEvent, sinceLaunch } from '../recording/query.ts'
import type { EventOf, LifeRecording, SecondOpinion } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { deathOf, exceptionIn } from './exception.ts'
import type { Scene } from './known-failure.ts'

/** The answer that was judged to be wrong. */
export function answerSeen({ life, finding, evidence }: Scene): GoodAnswer | null {
  if (life === null) return null
  const answers = goodAnswers([life], evidence.contract)
  return (
    answers.find(({ response }) => sinceLaunch(life, response.atMs) === finding.seen?.sinceLaunchMs) ?? null
  )
}

/** `200 (text/html) with "<!doctype html>…"`. */
export function toldOf({ response: { status, contentType: type, body } }: GoodAnswer): string {
  return `${status} (${printable(type ?? 'no content type')}) with ${body === '' ? 'nothing' : `"${printable(body)}"`}`
}

/** The first request that found somebody listening: what health/ready-at-announcement is judged by. */
export function firstExchange({ life }: Scene): Exchange | null {
  if (life === null) return null
  return exchangesOf(life, 'first', 'retry').find(({ connected }) => connected !== null) ?? null
}

/** What came, byte by byte, of asking once more when the time for a good answer was over. */
export function onceMore(life: LifeRecording): EventOf<'raw-exchange'> | null {
  return eventsOf(life, 'raw-exchange').find(({ purpose }) => purpose === 'once more') ?? null
}

/** The status that these bytes begin with; null where they are no answer by HTTP. */
export function statusIn(answer: string): number | null {
  const status = /^HTTP\/\d\.\d (\d{3})/.exec(answer)?.[1]
  return status === undefined ? null : Number(status)
}

/** What a request that differs in one thing was answered with; undefined where it was not sent. */
export function secondOpinion(
  life: LifeRecording,
  of: SecondOpinion['of'],
): SecondOpinion['status'] | undefined {
  return firstEvent(life, 'second-opinions')?.answers.find(answer => answer.of === of)?.status
}

/** How a life that was asked whether it still serves did not: it ended, it said nothing, it said something else. */
export interface Breakdown {
  readonly kind: 'ended' | 'silent' | 'hangs up' | 'answers otherwise'
  readonly evidence: readonly string[]
}

/** Null where all of these looks found it well. */
export function breakdownOf(life: LifeRecording, status: number): Breakdown | null {
  const death = deathOf(life)
  if (exitedByItself(life) !== null) return { kind: 'ended', evidence: death }
  const poor = exchangesOf(life, 'check').find(({ response }) => response?.status !== status)
  return poor === undefined ? null : { kind: kindOf(poor), evidence: [wordsOf(poor)] }
}

function kindOf({ response, failure }: Exchange): Breakdown['kind'] {
  if (response !== null) return 'answers otherwise'
  return failure === null || failure.code === 'ETIMEDOUT' ? 'silent' : 'hangs up'
}

/** `GET /health: 503 after 2.1 ms`. */
export function wordsOf({ request, response, failure }: Exchange): string {
  const asked = `${request.method} ${printable(request.path)}`
  if (response !== null) return `${asked}: ${response.status} after ${duration(response.atMs - request.atMs)}`
  return `${asked}: ${printable(failure?.message ?? 'no answer')}`
}

/** An exception that a runtime told of, as evidence: also one that did not end it. */
export function exceptionSeen(life: LifeRecording): readonly string[] {
  const exception = exceptionIn(life)
  return exception === null ? [] : [`an exception: ${exception}`]
}

/** Where it listened when it was first looked at, and did. */
export function listenersIn(life: LifeRecording | null): readonly Listener[] {
  const looks = life === null ? [] : eventsOf(life, 'listeners')
  return looks.find(({ listeners }) => listeners.length > 0)?.listeners ?? []
}
