import { eventsOf } from '../../recording/query.ts'
import type { EventOf } from '../../recording/recording.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { statusIn } from '../seen.ts'

const HEAD = ['health/head'] as const

function headIn({ life }: Scene): EventOf<'raw-exchange'> | undefined {
  return life === null ? undefined : eventsOf(life, 'raw-exchange').find(({ purpose }) => purpose === 'head')
}

const headWithBody: KnownFailure = {
  id: 'head-with-body',
  title: 'It sends a body with its answer to HEAD, which a client takes for the next answer.',
  clauses: HEAD,
  sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-head'],
  fix: {
    any: 'Send the same head as for GET and nothing behind it. Servers leave the body out by themselves where they are not passed by.',
    python: 'In http.server do_HEAD sends the headers alone: no do_HEAD = do_GET.',
  },
  recognise(scene) {
    const head = headIn(scene)
    if (head === undefined || statusIn(head.answer) !== scene.evidence.contract.health.status) return null
    return { evidence: [`${head.receivedBytes} bytes, and its head is shorter`] }
  },
}

const headRefused: KnownFailure = {
  id: 'head-not-routed',
  title: 'HEAD is a method that its health path does not know.',
  clauses: HEAD,
  sources: ['https://github.com/saml7n/parbaked/issues/564', 'https://github.com/punkpeye/fastmcp/pull/275'],
  fix: {
    any: 'Let HEAD take the way of GET. Go: "GET /health" includes HEAD; axum: get(handler) as well.',
    node: "['GET', 'HEAD'].includes(request.method), and not request.method === 'GET': Node leaves the body out.",
    python:
      '@app.api_route("/health", methods=["GET", "HEAD"]) in FastAPI, whose @app.get answers 405; a do_HEAD in http.server.',
  },
  recognise(scene) {
    const head = headIn(scene)
    const status = statusIn(head?.answer ?? '')
    return status === null ? null : { evidence: [`HEAD: ${status}`] }
  },
}

const headUnanswered: KnownFailure = {
  id: 'head-unanswered',
  title: 'It takes a request by HEAD and does not answer it.',
  clauses: HEAD,
  sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-head'],
  fix: { any: 'End the answer for every method: with the head of GET for HEAD, with 405 for what is none.' },
  recognise(scene) {
    const head = headIn(scene)
    return head === undefined
      ? null
      : { evidence: [`${head.receivedBytes} bytes came, and it was ${head.end}`] }
  },
}

/** From the particular to the general. */
export const healthHeadFailures: readonly KnownFailure[] = [headWithBody, headRefused, headUnanswered]
