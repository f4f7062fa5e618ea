import { exitedByItself, firstEvent, isReady, sinceLaunch } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import { deathOf, exceptionIn } from '../exception.ts'
import type { KnownFailure } from '../known-failure.ts'
import { START } from './start-clauses.ts'

const atFirstRequest: KnownFailure = {
  id: 'ends-at-first-request',
  title: 'It announces itself, and ends when the first request comes.',
  clauses: START,
  sources: ['https://nodejs.org/api/process.html#event-uncaughtexception'],
  fix: {
    any: 'Ask the health path by hand, and read the stack: what is loaded for the first answer (a worker, a database, an addon) is not there or not ready. An error in one answer is a 500, not the end of the process.',
    node: 'An async handler that rejects ends Node by `unhandledRejection`: catch it in the handler, or let the framework.',
  },
  recognise({ life }) {
    const exit = life === null ? null : exitedByItself(life)
    const asked = life === null ? null : firstEvent(life, 'request')
    if (life === null || exit === null || asked === null || exit.atMs < asked.atMs) return null
    return {
      evidence: [...deathOf(life), `${duration(exit.atMs - asked.atMs)} after the first request was sent`],
    }
  },
}

const uncaught: KnownFailure = {
  id: 'crashes-at-start',
  title: 'It crashes while it starts: an error that nobody catches.',
  clauses: START,
  sources: [
    'https://github.com/anomalyco/opencode/pull/13028',
    'https://nodejs.org/api/process.html#exit-codes',
  ],
  fix: {
    any: 'Read the error and the top of its stack. Where users can mend it (a file, a port, a setting), catch it, and say so in one sentence on stderr.',
  },
  recognise({ life }) {
    if (life === null || exitedByItself(life) === null || exceptionIn(life) === null) return null
    return { evidence: deathOf(life) }
  },
}

const onlySometimes: KnownFailure = {
  id: 'starts-only-sometimes',
  title: 'It does not start every time: launched in the same way, it has become ready in another life.',
  clauses: START,
  sources: [
    'https://github.com/agentscope-ai/QwenPaw/issues/7363',
    'https://github.com/dtzp555-max/ocp/issues/219',
  ],
  fix: {
    any: 'Look for what two starts share (a file, a lock, a port that was found free), for an order that nobody ensures (announced before it listens), and for a scanner or a network that is slow now and then. Start it a hundred times in a loop.',
  },
  recognise({ life, evidence: { lives, plan } }) {
    const ordinary = new Set(plan.scenarios.filter(scenario => scenario.ordinary).map(({ id }) => id))
    const other = lives.find(
      each =>
        ordinary.has(each.scenario) &&
        isReady(each) &&
        each.conditions.environment === life?.conditions.environment &&
        each.conditions.directory === life.conditions.directory,
    )
    if (life === null || other === undefined) return null
    const ready = firstEvent(other, 'ready')?.atMs ?? 0
    return {
      evidence: [`${other.id} was ready after ${duration(sinceLaunch(other, ready))}`, ...deathOf(life)],
    }
  },
}

/** How it ended, where neither a loader nor a runtime has said why. */
export const crashFailures: readonly KnownFailure[] = [atFirstRequest, uncaught, onlySometimes]
