import { eventsOf } from '../../recording/query.ts'
import type { EventOf } from '../../recording/recording.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { breakdownOf } from '../seen.ts'

/* Many requests at once. */

function burstIn({ life }: Scene): EventOf<'volley'> | null {
  return life === null ? null : (eventsOf(life, 'volley').find(({ purpose }) => purpose === 'burst') ?? null)
}

/** What came most often instead of an answer. */
function mainFailure({ failures }: EventOf<'volley'>): string {
  return failures.toSorted((a, b) => b.count - a.count)[0]?.what ?? ''
}

function toldOf({ requests, answered, failures }: EventOf<'volley'>): readonly string[] {
  const others = failures.map(({ what, count }) => `${count} × ${printable(what)}`)
  return [`${answered} of ${requests} answered`, ...others]
}

const endedByBurst: KnownFailure = {
  id: 'burst-ends-it',
  title: 'Requests that come at once end it.',
  clauses: ['health/concurrent'],
  sources: ['https://nodejs.org/api/process.html#event-uncaughtexception'],
  fix: {
    any: 'Look at what several requests share and change: a connection, a file, a variable. An exception of one request is that request’s: catch it there, and answer 500.',
    node: 'Catch it in the handler (`async` ones too): what is thrown in it, or an error event that nobody listens for, ends the process.',
  },
  recognise(scene) {
    const broken = scene.life === null ? null : breakdownOf(scene.life, scene.evidence.contract.health.status)
    if (burstIn(scene) === null || broken?.kind !== 'ended') return null
    return { evidence: broken.evidence }
  },
}

/** Each a way in which a request of many is not answered; the last is what is left. */
const REFUSALS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  fits(what: string): boolean
}[] = [
  {
    id: 'burst-refused',
    title: 'It refuses requests that come at once: it has too much to do, or a limit says so.',
    sources: ['https://www.rfc-editor.org/rfc/rfc6585.html#section-4'],
    fix: {
      any: 'Let them wait, and do not refuse them: a queue before the pool of connections or workers. A limit of requests per second is for strangers, and not for the windows of its own app: leave the health path out of it.',
    },
    fits: what => /^status (408|409|425|429|503)$/.test(what),
  },
  {
    id: 'burst-fails',
    title: 'What answers a request fails when another is under way.',
    sources: ['https://www.sqlite.org/rescode.html#busy'],
    fix: {
      any: 'Look at what several requests share: a database that is locked, a file that is half written, a variable. Its log, or the body of the answer, names it.',
    },
    fits: what => what.startsWith('status '),
  },
  {
    id: 'burst-unanswered',
    title:
      'It lets requests that come at once wait for ever: they are served one by one, and one does not end.',
    sources: ['https://github.com/nschloe/tuna/issues/178'],
    fix: {
      any: 'A thread, or a task, for each connection, and no lock that is held while it waits for a client: Rust, no std::sync::Mutex across an .await.',
      node: 'No synchronous work in the handler; a pool that is empty has to time out.',
      python:
        'ThreadingHTTPServer in the place of HTTPServer, which serves one connection until that is closed.',
    },
    fits: what => what.startsWith('no answer'),
  },
  {
    id: 'burst-drops-connections',
    title: 'It drops connections when many come at once.',
    sources: [
      'https://docs.python.org/3/library/socketserver.html#socketserver.BaseServer.request_queue_size',
    ],
    fix: {
      any: 'Raise its limits: of connections at a time, of the backlog of listen(), of open descriptors. Two windows that load open a dozen.',
      node: 'Leave server.maxConnections alone, or set it far higher.',
      python: 'request_queue_size = 128 in a subclass of ThreadingHTTPServer: the default of 5 is soon full.',
    },
    fits: () => true,
  },
]

const burstFailures: readonly KnownFailure[] = REFUSALS.map(({ id, title, sources, fix, fits }) => ({
  id,
  title,
  clauses: ['health/concurrent'],
  sources,
  fix,
  recognise(scene) {
    const burst = burstIn(scene)
    if (burst === null || burst.failures.length === 0 || !fits(mainFailure(burst))) return null
    return { evidence: toldOf(burst) }
  },
}))

const spentByBurst: KnownFailure = {
  id: 'burst-leaves-it-deaf',
  title: 'It answers requests that come at once, and none after them.',
  clauses: ['health/concurrent'],
  sources: ['https://github.com/nschloe/tuna/issues/178'],
  fix: {
    any: 'Something that each request takes is not given back: a connection of a pool, a permit, a worker. Give it back on every way out of the handler (finally, with, defer).',
  },
  recognise(scene) {
    const burst = burstIn(scene)
    if (burst === null || scene.life === null) return null
    const broken = breakdownOf(scene.life, scene.evidence.contract.health.status)
    return broken === null ? null : { evidence: [...toldOf(burst), ...broken.evidence] }
  },
}

/** From the particular to the general. */
export const healthBurstFailures: readonly KnownFailure[] = [endedByBurst, ...burstFailures, spentByBurst]
