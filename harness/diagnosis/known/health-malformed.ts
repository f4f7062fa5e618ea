import { eventsOf } from '../../recording/query.ts'
import type { EventOf, MalformedKind } from '../../recording/recording.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { type Breakdown, breakdownOf } from '../seen.ts'

/* Requests that are none. */

interface Upset {
  /** The last that it was sent before it broke down. */
  readonly culprit: EventOf<'raw-exchange'> | null
  readonly broken: Breakdown
}

function upsetIn({ life, evidence }: Scene): Upset | null {
  const broken = life === null ? null : breakdownOf(life, evidence.contract.health.status)
  if (life === null || broken === null) return null
  const sent = eventsOf(life, 'raw-exchange').filter(({ purpose }) => purpose === 'malformed')
  // Where all were sent at once nobody can tell which it was.
  const isOneByOne = life.instance > 0
  return { culprit: isOneByOne ? (sent.at(-1) ?? null) : null, broken }
}

const CLIENT_ERROR = 'https://nodejs.org/api/http.html#event-clienterror'

/** Each a kind of request that is none, where it ends the sidecar; the last is for whatever else. */
const ENDS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  readonly kinds: readonly MalformedKind[] | 'all'
}[] = [
  {
    id: 'garbage-ends-it',
    title: 'Bytes that are no HTTP end it: it exits over a request that it cannot read.',
    sources: [CLIENT_ERROR, 'https://github.com/highcharts/node-export-server/issues/77'],
    kinds: ['no HTTP', 'request line', 'header'],
    fix: {
      any: 'Close that connection, or answer 400, and go on: what a client sends is no reason to exit, and no reason for a panic (unwrap() on a header or a path).',
      node: "The default for 'clientError' is right: leave it alone. A handler of your own looks first: if (!socket.writable) return socket.destroy().",
    },
  },
  {
    id: 'odd-url-ends-it',
    title:
      'A path, or a Host, that is no part of a URL ends it: what takes it apart throws, and nobody catches that.',
    sources: ['https://nodejs.org/api/url.html#urlparseinput-base'],
    kinds: ['target'],
    fix: {
      any: 'Catch it where the URL is parsed or decoded, and answer 400.',
      node: 'new URL(request.url, base) throws for `//` and for an odd Host, decodeURIComponent for `%E0`: URL.parse(…) gives null, or put both into a try.',
      python: 'urllib.parse.urlsplit raises ValueError for `http://[/`: catch it, and answer 400.',
    },
  },
  {
    id: 'abort-ends-it',
    title: 'A client that goes away in the middle ends it: what was still to be read or written throws.',
    sources: [
      'https://github.com/JavaScriptSolidServer/JavaScriptSolidServer/issues/138',
      'https://nodejs.org/api/stream.html#streampipelinesource-transforms-destination-callback',
    ],
    kinds: ['given up', 'body'],
    fix: {
      any: 'A connection that is reset, and a body that does not come to its end, are everyday: catch the error where you read and write, and answer 400 to a body that cannot be read.',
      node: "Listen for 'error' on request, response and every stream in between, or use stream.pipeline; 'close' with request.complete false is no error. JSON.parse of a body belongs into a try.",
      python: 'Catch ConnectionError around reads and writes; json.loads raises ValueError.',
    },
  },
  {
    id: 'size-ends-it',
    title: 'A request that is too large ends it: it takes what is announced or sent for what it has to hold.',
    sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-413-content-too-large'],
    kinds: ['size'],
    fix: {
      any: 'Limit the head and the body (431, 413), and reserve no room for a body before it has come: Content-Length is what a client says.',
    },
  },
  {
    id: 'malformed-ends-it',
    title: 'Requests that are none end it.',
    sources: [CLIENT_ERROR],
    kinds: 'all',
    fix: {
      any: 'What a client sends is no reason to exit: close that connection, or answer 400, and go on.',
    },
  },
]

const ends: readonly KnownFailure[] = ENDS.map(({ id, title, sources, fix, kinds }) => ({
  id,
  title,
  clauses: ['health/malformed-requests'],
  sources,
  fix,
  recognise(scene) {
    const upset = upsetIn(scene)
    if (upset?.broken.kind !== 'ended') return null
    const kind = upset.culprit?.kind
    if (kinds !== 'all' && (kind === undefined || !kinds.includes(kind))) return null
    return { evidence: toldBy(upset) }
  },
}))

const deafened: KnownFailure = {
  id: 'malformed-request-deafens-it',
  title: 'After a request that is none it runs on, and answers nobody any more.',
  clauses: ['health/malformed-requests'],
  sources: ['https://github.com/highcharts/node-export-server/issues/77'],
  fix: {
    any: 'Look at what its error handler takes away or keeps: the server that it closes, a lock, a worker that died and was not replaced. Close that one connection and nothing else.',
    node: "In 'clientError' destroy the socket alone; an 'uncaughtException' handler that goes on leaves half-done work behind.",
  },
  recognise(scene) {
    const upset = upsetIn(scene)
    return upset === null ? null : { evidence: toldBy(upset) }
  },
}

function toldBy({ culprit, broken }: Upset): readonly string[] {
  return culprit === null ? broken.evidence : [`the last was ${culprit.what}`, ...broken.evidence]
}

/** From the particular to the general. */
export const healthMalformedFailures: readonly KnownFailure[] = [...ends, deafened]
