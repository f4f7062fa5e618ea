import { sockets } from '../../clauses/words.ts'
import { type Exchange, exchangesOf } from '../../recording/exchanges.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { KnownFailure } from '../known-failure.ts'
import { listenersIn, wordsOf } from '../seen.ts'

const oneLoopback: KnownFailure = {
  id: 'listens-on-one-loopback-address',
  title: 'It listens on one loopback address alone, and localhost stands for two.',
  clauses: ['net/localhost-reachable'],
  sources: ['https://github.com/nodejs/node/issues/40702', 'https://github.com/jeffbski/wait-on/issues/109'],
  fix: {
    any: 'Let the app say 127.0.0.1 and not localhost. Or listen on both: two sockets of one port, 127.0.0.1 and ::1.',
    node: "A second server for '::1' with the same handler, on the port that the first one got (ipv6Only: true).",
    python: 'asyncio.start_server(handler, "localhost", port) binds both; http.server binds one.',
  },
  recognise({ life }) {
    const refused = localhostAsked(life).find(
      ({ connected, response }) => connected === null && response === null,
    )
    if (refused === undefined) return null
    return {
      evidence: [
        `no connection to ${refused.request.address}`,
        `it listens on ${sockets(listenersIn(life)) || 'nothing'}`,
      ],
    }
  },
}

const refusesLocalhost: KnownFailure = {
  id: 'refuses-the-name-localhost',
  title:
    'It refuses a request whose Host is localhost: that name is not among those that it takes for its own.',
  clauses: ['net/localhost-reachable'],
  sources: ['https://github.com/microsoft/playwright-mcp/issues/1171'],
  fix: {
    any: 'Compare the Host without its port with 127.0.0.1, [::1] and localhost, all three.',
    python: 'TrustedHostMiddleware(allowed_hosts=["127.0.0.1", "localhost"]).',
  },
  recognise({ life, evidence }) {
    const { status } = evidence.contract.health
    const refused = localhostAsked(life).find(
      ({ response }) => response !== null && response.status !== status,
    )
    return refused === undefined
      ? null
      : { evidence: [wordsOf(refused), `Host: ${refused.request.headers.host}`] }
  },
}

const silentToLocalhost: KnownFailure = {
  id: 'silent-to-localhost',
  title: 'It accepts a connection for localhost, and answers nothing on it.',
  clauses: ['net/localhost-reachable'],
  sources: ['https://github.com/jeffbski/wait-on/issues/109'],
  fix: { any: 'Look which of its servers listens at that address: it has to serve the same routes.' },
  recognise({ life }) {
    const asked = localhostAsked(life).find(({ response }) => response === null)
    return { evidence: asked === undefined ? [] : [`at ${asked.request.address}: ${wordsOf(asked)}`] }
  },
}

function localhostAsked(life: LifeRecording | null): readonly Exchange[] {
  return life === null ? [] : exchangesOf(life, 'localhost')
}

/** From the particular to the general. */
export const netLocalhostFailures: readonly KnownFailure[] = [
  oneLoopback,
  refusesLocalhost,
  silentToLocalhost,
]
