import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { eventsOf, exitedByItself, firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeEvent, LifeRecording, Volley } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { blocked, type Finding, fail, type JudgeInput } from './clause.ts'
import { ending, lastWords } from './words.ts'

/**
 * Whether the first look after this event found it answering. Null when it did: then what came before the look has
 * done no harm.
 */
export function judgeAnswering(
  life: LifeRecording,
  after: LifeEvent,
  expected: string,
  contract: Contract,
): Finding | null {
  const look = lookAfter(life, after)
  if (look?.status === contract.health.status) return null
  const gone = exitedByItself(life)
  const what =
    gone === null
      ? (look?.what ?? 'nobody looked')
      : `${ending(life)}, ${duration(sinceLaunch(life, gone.atMs))} after its launch`
  const atMs = gone?.atMs ?? look?.atMs ?? after.atMs
  return fail(expected, `${what}; ${lastWords(life, 'stderr')}`, { life, atMs })
}

/**
 * Where a life came to its end before it got to what it was for: another clause says why, or the plain request that
 * comes before everything else.
 */
export function judgeNotReached(
  { contract, holds }: JudgeInput,
  life: LifeRecording,
  earlier: readonly ClauseId[],
): Finding {
  const broken = earlier.find(id => !holds(id))
  if (broken !== undefined) return blocked(broken)
  const ready = firstEvent(life, 'ready')
  const expected = 'it answers a second request, as it did the first'
  const finding = ready === null ? null : judgeAnswering(life, ready, expected, contract)
  return finding ?? fail(expected, 'nothing more was recorded', { life, atMs: ready?.atMs ?? 0 })
}

interface Look {
  readonly atMs: number
  /** Null for no answer. */
  readonly status: number | null
  readonly what: string
}

function lookAfter(life: LifeRecording, after: LifeEvent): Look | null {
  const later = life.events.slice(life.events.indexOf(after) + 1)
  const check = later.find(event => event.type === 'request' && event.purpose === 'check')
  if (check?.type !== 'request') return null
  const response = eventsOf(life, 'response').find(({ request }) => request === check.request)
  if (response !== undefined) {
    return { atMs: response.atMs, status: response.status, what: `it answered with ${response.status}` }
  }
  const failure = eventsOf(life, 'request-failed').find(({ request }) => request === check.request)
  if (failure === undefined) return null
  return { atMs: failure.atMs, status: null, what: `a request failed: ${printable(failure.message)}` }
}

/** `97 of 100 requests were answered; the others: 3 × status 503`. */
export function countAnswers({ answered, requests, failures }: Volley): string {
  const others = failures.map(({ what, count }) => `${count} × ${printable(what)}`).join(', ')
  return `${answered} of ${requests} requests were answered${others === '' ? '' : `; the others: ${others}`}`
}
