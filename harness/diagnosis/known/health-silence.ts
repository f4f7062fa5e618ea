import { exchangesOf } from '../../recording/exchanges.ts'
import type { KnownFailure } from '../known-failure.ts'
import { exceptionSeen, secondOpinion, wordsOf } from '../seen.ts'
import { silenceIn } from '../silence.ts'

/* Nothing came back of the first request. */

const READY = ['health/ready-at-announcement'] as const

const handlerHangs: KnownFailure = {
  id: 'health-handler-hangs',
  title: 'It takes the request for its health and never answers it, and other paths it does answer.',
  clauses: READY,
  sources: ['https://nodejs.org/api/http.html#responseenddata-encoding-callback'],
  fix: {
    any: 'Every way through the handler has to end the answer: the one that fails, and the one that waits for something else, too. Put a deadline on what it waits for.',
    node: 'Call response.end() on every way, await what is asynchronous, and catch its rejection: an async handler that throws answers nothing in node:http and in Express 4.',
    python: 'Return a response on every way; in http.server send_response() and end_headers() come first.',
  },
  recognise(scene) {
    const silence = silenceIn(scene)
    if (silence === null || !silence.isLate || silence.receivedBytes > 0) return null
    const elsewhere = secondOpinion(silence.life, 'unknown path')
    if (typeof elsewhere !== 'number') return null
    return { evidence: [wordsOf(silence.first), `another path: ${elsewhere}`] }
  },
}

const standsStill: KnownFailure = {
  id: 'server-stands-still',
  title: 'Connections are accepted by the system, and nothing in it answers them, whatever the path.',
  clauses: READY,
  sources: ['https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop'],
  fix: {
    any: 'Something keeps the thread that serves: work that never ends, a lock, a read that waits. Begin to serve before such work, and do it in another thread.',
    node: 'No endless or synchronous work on the main thread (…Sync, a loop that waits): put it into a worker of node:worker_threads.',
    python:
      'Call serve_forever(), or run the event loop, and do the work in another thread; no blocking call in an `async def`.',
  },
  recognise(scene) {
    const silence = silenceIn(scene)
    if (silence === null || !silence.isLate || silence.receivedBytes > 0) return null
    const others = secondOpinion(silence.life, 'unknown path') === null ? ['nor was another path'] : []
    return { evidence: [wordsOf(silence.first), ...others] }
  },
}

const hangsUp: KnownFailure = {
  id: 'health-hangs-up',
  title: 'It hangs up on the request for its health without a word.',
  clauses: READY,
  sources: ['https://pkg.go.dev/net/http#Handler'],
  fix: {
    any: 'An exception in the handler ends the connection in many a server (http.server of Python, net/http of Go): read the log, and answer 500 with a reason. Or it closes what it does not expect: look where it destroys sockets.',
  },
  recognise(scene) {
    const silence = silenceIn(scene)
    if (silence === null) return {}
    const others = exchangesOf(silence.life, 'retry').length
    const theOthers = others === 0 ? [] : [`as were ${others} more requests`]
    return { evidence: [wordsOf(silence.first), ...exceptionSeen(silence.life), ...theOthers] }
  },
}

/** From the particular to the general: the last is what is left. */
export const healthSilenceFailures: readonly KnownFailure[] = [handlerHangs, standsStill, hangsUp]
