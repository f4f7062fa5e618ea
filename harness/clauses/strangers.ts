import type { ClauseId } from '../contract/catalogue.ts'
import { eventsOf } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { judgeAnswering, judgeNotReached } from './answering.ts'
import { type Clause, type Finding, type JudgeInput, pass, skipped } from './clause.ts'

const STRANGERS = 'strangers'

/** What it may do wrong without having met one: a second request, and an unknown path, come before them. */
const BEFORE_STRANGERS: readonly ClauseId[] = ['health/concurrent', 'health/unknown-path']

/**
 * Port scanners, browsers that try TLS, and clients that give up half-way come to every port of a machine. One that
 * throws in a handler of its own is gone then, and the app with it.
 */
export const malformedRequests: Clause = {
  id: 'health/malformed-requests',
  asks: 'http',
  scenarios: [STRANGERS],
  needs: BEFORE_STRANGERS,
  judge(input) {
    const { contract, livesOf } = input
    const [together, ...oneByOne] = inOrder(livesOf(STRANGERS))
    if (together === undefined) return skipped('interrupted before it could be judged')
    const exchanges = malformedIn(together)
    const last = exchanges.at(-1)
    if (last === undefined) return judgeNotReached(input, together, BEFORE_STRANGERS)
    const expected = 'it lives on, and still answers, after requests that are none'
    const finding = judgeAnswering(together, last, expected, contract)
    if (finding === null) return pass(`answering after ${exchanges.length} of them`)
    return findCulprit(oneByOne, input) ?? finding
  },
}

/** The first is asked all at once; there is another where it did not bear that. */
function inOrder(lives: readonly LifeRecording[]): LifeRecording[] {
  return [...lives].sort((a, b) => a.instance - b.instance)
}

function malformedIn(life: LifeRecording): EventOf<'raw-exchange'>[] {
  return eventsOf(life, 'raw-exchange').filter(({ purpose }) => purpose === 'malformed')
}

/** In these lives there was a look after each. */
function findCulprit(lives: readonly LifeRecording[], { contract }: JudgeInput): Finding | null {
  for (const life of lives) {
    for (const exchange of malformedIn(life)) {
      const expected = `it lives on, and still answers, after ${exchange.what}`
      const finding = judgeAnswering(life, exchange, expected, contract)
      if (finding !== null) return finding
    }
  }
  return null
}

/** A browser that preconnects holds a connection on which nothing comes: one that reads it first serves nobody else. */
export const idleConnections: Clause = {
  id: 'health/idle-connections',
  asks: 'http',
  scenarios: [STRANGERS],
  needs: [...BEFORE_STRANGERS, 'health/malformed-requests'],
  judge(input) {
    const { contract, livesOf } = input
    const [life] = inOrder(livesOf(STRANGERS))
    if (life === undefined) return skipped('interrupted before it could be judged')
    const tried = eventsOf(life, 'held-open')
    const held = tried.filter(({ error }) => error === null)
    const last = tried.at(-1)
    if (last === undefined) {
      return judgeNotReached(input, life, [...BEFORE_STRANGERS, 'health/malformed-requests'])
    }
    if (held.length === 0) return skipped(`no connection could be held open: ${last.error}`)
    const expected = `with ${held.length} connections open that say nothing, or half a request, another is answered within ${duration(contract.budgets.soonMs)}`
    return judgeAnswering(life, last, expected, contract) ?? pass(`answered with ${held.length} of them open`)
  },
}
