import type { Exchange } from '../../recording/exchanges.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'
import { exceptionSeen, firstExchange, wordsOf } from '../seen.ts'

/** Each a status that means something, with what has to be done about it. */
const MEANINGS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  fits(status: number): boolean
  /** What says so beside the status. */
  evidence?(response: NonNullable<Exchange['response']>, life: LifeRecording | null): readonly string[]
}[] = [
  {
    id: 'health-wants-credentials',
    title: 'Its health path asks for credentials, which nobody has given to who asks.',
    sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized'],
    fix: {
      any: "Let the health path answer without a token: it says nothing that needs one. Or announce the token, and have the contract send it: `health: { headers: { authorization: 'Bearer {token}' } }`.",
    },
    fits: status => [401, 403, 407].includes(status),
    evidence: ({ headers }) => header('WWW-Authenticate', headers['www-authenticate']),
  },
  {
    id: 'health-redirects',
    title: 'It sends who asks for its health elsewhere, and a probe does not follow.',
    sources: ['https://github.com/tiangolo/fastapi/issues/2060'],
    fix: {
      any: 'Answer at the very path that is asked for: no redirect to another spelling of it, to https, or to a page for logging in.',
      python:
        'Starlette and FastAPI redirect between `/health` and `/health/`: name the route as the contract does, or FastAPI(redirect_slashes=False).',
    },
    fits: status => status >= 300 && status <= 399,
    evidence: ({ headers }) => header('Location', headers.location),
  },
  {
    id: 'health-never-ready',
    title: 'It answers, as long as it was asked, that it is not ready or has too much to do.',
    sources: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    ],
    fix: {
      any: 'Find what it waits for: its log says what it did last. Let the health path say whether the process can be talked to, and put what depends on others (a database, the network, a model) on a route of its own.',
    },
    fits: status => [425, 429, 503].includes(status),
  },
  {
    id: 'health-handler-fails',
    title: 'What answers for its health fails itself.',
    sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-500-internal-server-error'],
    fix: {
      any: "Read the exception in its log, or in the answer's body, and catch there what the handler calls.",
    },
    fits: status => status >= 500,
    evidence: (_response, life) => (life === null ? [] : exceptionSeen(life)),
  },
  {
    id: 'health-other-status',
    title: 'It answers with another status than the contract asks for.',
    sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes'],
    fix: { any: 'Answer with the status of the contract, or name the one that is meant: `health.status`.' },
    fits: () => true,
  },
]

function header(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}: ${printable(value)}`]
}

/** An answer came to the first request, and was not the one that the contract asks for. */
export const healthStatusFailures: readonly KnownFailure[] = MEANINGS.map(
  ({ id, title, sources, fix, fits, evidence }) => ({
    id,
    title,
    clauses: ['health/ready-at-announcement'],
    sources,
    fix,
    recognise(scene) {
      const exchange = firstExchange(scene)
      if (exchange?.response == null || !fits(exchange.response.status)) return null
      const { response } = exchange
      // Its own words explain it best.
      const said = response.body.trim() === '' ? [] : [`it said "${printable(response.body.trim())}"`]
      return { evidence: [wordsOf(exchange), ...said, ...(evidence?.(response, scene.life) ?? [])] }
    },
  }),
)
