import { sockets } from '../../clauses/words.ts'
import type { Listener } from '../../host/host.ts'
import { eventsOf, exitedByItself, firstEvent } from '../../recording/query.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

const announcedTooEarly: KnownFailure = {
  id: 'announced-before-listening',
  title: 'It announces its port before it listens there, and whoever connects at once is refused.',
  clauses: ['announce/listening-first'],
  sources: [
    'https://nodejs.org/api/net.html#serverlisten',
    'https://github.com/marian-nmt/marian-dev/issues/701',
    'https://github.com/dtzp555-max/ocp/issues/219',
  ],
  fix: {
    any: 'Announce only when the server has begun to listen, and never a port that was found free and let go of again. Go: `net.Listen` yourself, announce, then `server.Serve(listener)`. Rust: `TcpListener::bind`, announce, then serve.',
    node: "Announce in the callback of server.listen(), or on 'listening', and not on the line behind the call.",
    python:
      'The constructor of ThreadingHTTPServer has bound and listens: announce behind it. With uvicorn bind the socket yourself, listen, announce, and hand it over as `sockets=[sock]`.',
  },
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

/** Where it listens by itself. */
function ownListeners({ life }: Scene): readonly Listener[] {
  return life === null ? [] : eventsOf(life, 'listeners').flatMap(({ listeners }) => listeners)
}

const OWN_PORT = {
  any: 'Announce the port of the socket that listens, and never the one that was configured, asked for or free before. End with an error when the bind fails.',
  node: "server.address().port in the callback of listen; without a handler of 'error' a failed bind ends it by itself.",
  python: 'server.server_port, or sock.getsockname()[1], once it is bound.',
}

const anothersPort: KnownFailure = {
  id: 'announced-anothers-port',
  title:
    'Another program answers at the port that it announces: an older process of itself, or somebody else.',
  clauses: ['announce/own-port'],
  sources: [
    'https://github.com/bloknayrb/tandem/issues/1812',
    'https://github.com/stephrobert/feint/pull/311',
  ],
  fix: OWN_PORT,
  recognise(scene) {
    const { life } = scene
    const answered = life === null ? null : firstEvent(life, 'response')
    if (answered === null) return null
    const own = ownListeners(scene)
    const where = own.length === 0 ? 'it listens on nothing itself' : `it listens on ${sockets(own)} itself`
    return { evidence: [`an answer with status ${answered.status} came from there`, where] }
  },
}

const closedPort: KnownFailure = {
  id: 'announced-port-not-listened-on',
  title: 'It announces another port than the one that it listens on.',
  clauses: ['announce/own-port'],
  sources: ['https://nodejs.org/api/net.html#serveraddress'],
  fix: OWN_PORT,
  recognise(scene) {
    const own = ownListeners(scene)
    if (own.length > 0) return { evidence: [`it listens on ${sockets(own)}`] }
    const isGone = scene.life !== null && exitedByItself(scene.life) !== null
    return {
      cause: `It announces a port, and listens on none${isGone ? ' before it ends' : ''}.`,
      evidence: [scene.finding.observed],
    }
  },
}

export const announcePortFailures: readonly KnownFailure[] = [announcedTooEarly, anothersPort, closedPort]
