import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import { LEAK_WINDOW, totalBytes, totalDescriptors } from '../../recording/usage.ts'
import { printable } from '../../text/printable.ts'
import { size } from '../../text/size.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

/** What each of the last parts of the requests has added, on average, and of what such a part consisted. */
interface Growth {
  readonly life: LifeRecording
  readonly perPart: number
  readonly requests: number
  readonly connections: number
}

function growthOf({ life }: Scene, measure: (look: EventOf<'usage'>) => number): Growth | null {
  const looks = life === null ? [] : eventsOf(life, 'usage').filter(({ processes }) => processes.length > 0)
  const volley = life === null ? null : firstEvent(life, 'volley')
  const [first, ...others] = looks.slice(-LEAK_WINDOW - 1).map(measure)
  const last = others.at(-1)
  if (life === null || volley === null || first === undefined || last === undefined) return null
  const { requests, connections } = volley
  // Of the requests for the look itself there is one in each part, on a connection of its own.
  return {
    life,
    perPart: (last - first) / others.length,
    requests: requests + 1,
    connections: connections + 1,
  }
}

const descriptorGrowth = (scene: Scene) =>
  growthOf(scene, ({ processes }) => totalDescriptors(processes) ?? 0)

/** Not all of them leak, or one is closed by chance: most of them have to. */
const MOST = 0.8

/** What its descriptors are of, the most frequent first, where that could be seen. */
function kindsIn({ life }: Scene): readonly string[] {
  const kinds = life === null ? [] : (firstEvent(life, 'descriptors')?.kinds ?? [])
  const told = kinds.slice(0, 3).map(({ what, count }) => `${count} × ${printable(what)}`)
  return told.length === 0 ? [] : [`what it has open: ${told.join(', ')}`]
}

const CLOSE = {
  any: 'Close what is opened for it, on every way out, also where the client hangs up or an error is thrown: `defer`, `with`, `finally`, or the scope in Rust. `ls -l /proc/PID/fd` (or `lsof -p PID`) names what piles up.',
  node: '`pipeline(createReadStream(path), response)` closes the file when the client hangs up, `.pipe()` does not. `await handle.close()` in a `finally`; read the body of every fetch(), or `await response.body.cancel()`.',
  python: '`with open(…)`, `with httpx.Client() as client`, one client for all requests.',
  jvm: 'try-with-resources around streams, `Files.list()` and `HttpClient` alike.',
} as const

const perRequest: KnownFailure = {
  id: 'descriptor-left-by-each-request',
  title:
    'Each request leaves a descriptor open: a file, a pipe or a connection of its own that nobody closes.',
  clauses: ['resources/no-descriptor-leak'],
  sources: ['https://github.com/judell/bram/issues/50'],
  fix: CLOSE,
  recognise(scene) {
    const growth = descriptorGrowth(scene)
    if (growth === null || growth.perPart < MOST * growth.requests) return null
    return {
      evidence: [
        `${growth.perPart.toFixed(1)} more with every ${growth.requests} requests`,
        ...kindsIn(scene),
      ],
    }
  },
}

const perConnection: KnownFailure = {
  id: 'descriptor-left-by-each-connection',
  title: 'Each connection leaves a descriptor open: the connection itself, or what was opened for it.',
  clauses: ['resources/no-descriptor-leak'],
  sources: ['https://github.com/commetchat/commet/issues/1011'],
  fix: {
    ...CLOSE,
    any: `Close the connection when its client has hung up, and with it all that was opened for it. ${CLOSE.any}`,
    node: "socket.once('close', …) is where what belongs to a connection is closed; with `allowHalfOpen` the server has to end its side itself.",
    python: '`finally: sock.close()` where connections are accepted by hand; `contextlib.closing`.',
  },
  recognise(scene) {
    const growth = descriptorGrowth(scene)
    if (growth === null || growth.perPart < MOST * growth.connections) return null
    return {
      evidence: [
        `${growth.perPart.toFixed(1)} more with every ${growth.connections} connections`,
        ...kindsIn(scene),
      ],
    }
  },
}

const descriptorsGrow: KnownFailure = {
  id: 'descriptors-pile-up',
  title: 'Its open descriptors become more and more while it serves, fewer than one for each request.',
  clauses: ['resources/no-descriptor-leak'],
  sources: ['https://github.com/commetchat/commet/issues/1011'],
  fix: {
    ...CLOSE,
    any: `Look at the ways out that only some requests take (an error, a client that hangs up, a pool that gives back nothing). ${CLOSE.any}`,
  },
  recognise(scene) {
    const growth = descriptorGrowth(scene)
    if (growth === null) return { evidence: kindsIn(scene) }
    return {
      evidence: [
        `${growth.perPart.toFixed(1)} more with every ${growth.requests} requests`,
        ...kindsIn(scene),
      ],
    }
  },
}

const memoryKept: KnownFailure = {
  id: 'memory-kept-by-each-request',
  title: 'Each request leaves something in memory that nobody takes out again.',
  clauses: ['resources/no-memory-leak'],
  sources: ['https://github.com/bitwarden/clients/issues/20548'],
  fix: {
    any: 'Look for what every request adds to: a map or a list without a limit, listeners, goroutines that wait for ever (`/debug/pprof/goroutine`), an unbounded channel whose reader is slower. Caches need a limit, in entries or in bytes.',
    node: 'A Map or an array in module scope; listeners added for each request (MaxListenersExceededWarning). `node --heapsnapshot-signal=SIGUSR2`: two snapshots, and compare.',
    python:
      '`functools.lru_cache` on methods or without a size, lists in modules; `tracemalloc` compares two moments.',
    jvm: 'Static collections, ThreadLocals in a pool; `jcmd PID GC.class_histogram` at two moments.',
  },
  recognise(scene) {
    const growth = growthOf(scene, ({ processes }) => totalBytes(processes))
    if (growth === null) return { evidence: [] }
    const each = size(growth.perPart / growth.requests)
    const descriptors = descriptorGrowth(scene)
    const also =
      descriptors === null || descriptors.perPart < MOST * descriptors.connections
        ? []
        : ['its descriptors grow as well: what it keeps are files or connections']
    return { evidence: [`about ${each} for each request`, ...also] }
  },
}

/** Asked over and over: from the particular to the general. */
export const resourcesLeaks: readonly KnownFailure[] = [
  perRequest,
  perConnection,
  descriptorsGrow,
  memoryKept,
]
