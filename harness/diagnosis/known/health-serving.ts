import type { ClauseId } from '../../contract/catalogue.ts'
import { type Exchange, exchangesOf } from '../../recording/exchanges.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { KnownFailure } from '../known-failure.ts'
import { breakdownOf, wordsOf } from '../seen.ts'

/** Lives that ask and ask again: whatever they are for, it may break down in them. */
const SERVING: readonly ClauseId[] = [
  'health/concurrent',
  'health/latency',
  'health/unknown-path',
  'health/malformed-requests',
  'health/idle-connections',
  'health/head',
  'logs/closed-pipes',
  'logs/undrained-stderr',
]

/** What a life was for may be the reason why it broke; before any of that, there is none but the second request. */
const ORDEALS = ['volley', 'raw-exchange', 'held-open', 'stream-reading']

/** It comes before all others: what a life was for is no reason why it broke before. */
export const noSecondAnswer: KnownFailure = {
  id: 'no-second-answer',
  title: 'It answers the first request, and no second one.',
  clauses: SERVING,
  sources: ['https://github.com/nschloe/tuna/issues/178'],
  fix: {
    any: 'Serve until it is told to stop: accept() in a loop, and no end of the server, or of the process, with a client that is gone. A debug adapter or a language server has one client; a sidecar is asked by many.',
    python: 'serve_forever() and not handle_request(), which handles one.',
  },
  recognise({ life, evidence }) {
    const broken = life === null ? null : breakdownOf(life, evidence.contract.health.status)
    if (life === null || broken === null || !isBrokenAtOnce(life, evidence.contract.health.status))
      return null
    const first = exchangesOf(life, 'first')[0]
    return { evidence: [...(first === undefined ? [] : [wordsOf(first)]), ...broken.evidence] }
  },
}

function isBrokenAtOnce(life: LifeRecording, status: number): boolean {
  const isWell = ({ response }: Exchange) => response?.status === status
  const hasSuffered = life.events.some(({ type }) => ORDEALS.includes(type))
  return !hasSuffered && !exchangesOf(life, 'check').some(isWell)
}

/** It comes behind all others: where none of them says why. */
export const answersNoMore: KnownFailure = {
  id: 'answers-no-more',
  title: 'After some requests it answers no more.',
  clauses: SERVING,
  sources: ['https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop'],
  fix: {
    any: 'Look into its timeline for the last request that it answered, and into its log for what came then: something that each request takes is not given back, or one does not end.',
  },
  recognise({ life, evidence }) {
    const broken = life === null ? null : breakdownOf(life, evidence.contract.health.status)
    return { evidence: broken?.evidence ?? [] }
  },
}
