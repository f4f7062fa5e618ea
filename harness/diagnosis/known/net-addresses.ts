import { socket, sockets } from '../../clauses/words.ts'
import type { Listener } from '../../host/host.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'
import { listenersIn } from '../seen.ts'

/* At which addresses it can be reached. */

const BIND_LOOPBACK: Fix = {
  any: 'Bind to 127.0.0.1. Go: net.Listen("tcp", "127.0.0.1:0") and not ":0"; Rust: TcpListener::bind("127.0.0.1:0") and not "0.0.0.0:0".',
  node: "The host is an argument of its own: server.listen(port, '127.0.0.1'). Without it Node listens on every address. Hono: serve({ fetch, port, hostname: '127.0.0.1' }).",
  bun: "Bun.serve({ hostname: '127.0.0.1', … }): without it Bun listens on every address.",
  deno: "Deno.serve({ hostname: '127.0.0.1', … }): without it Deno listens on every address.",
  python: '("127.0.0.1", port) and not ("", port); uvicorn.Config(app, host="127.0.0.1").',
  jvm: 'new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) and not new InetSocketAddress(0); server.address=127.0.0.1 in Spring.',
}

const WILDCARDS = ['0.0.0.0', '::']

function exposedIn(life: LifeRecording | null): readonly Listener[] {
  const seen = (life === null ? [] : eventsOf(life, 'listeners')).flatMap(({ listeners }) => listeners)
  return seen.filter(({ address }) => address !== '::1' && !address.startsWith('127.'))
}

const everyInterface: KnownFailure = {
  id: 'binds-every-interface',
  title: 'It listens on every address of the machine, and everybody on the network can ask it.',
  clauses: ['net/loopback-only'],
  sources: [
    'https://github.com/therealarthur/myrlin-workbook/issues/1',
    'https://github.com/standardnotes/forum/issues/812',
  ],
  fix: BIND_LOOPBACK,
  recognise({ life }) {
    const exposed = exposedIn(life).find(({ address }) => WILDCARDS.includes(address))
    return exposed === undefined
      ? null
      : { evidence: [`it listens on ${socket(exposed)}`, ...whose(exposed, life)] }
  },
}

const oneInterface: KnownFailure = {
  id: 'binds-the-network',
  title:
    "It listens on the machine's own address in the network: what it takes for its host is no loopback address.",
  clauses: ['net/loopback-only'],
  sources: ['https://github.com/refine-drew/cnc-nest-app/issues/2'],
  fix: {
    ...BIND_LOOPBACK,
    any: `Do not look for the machine's address or name (os.networkInterfaces(), gethostname()): who shall reach it is on this machine. ${BIND_LOOPBACK.any}`,
  },
  recognise({ life }) {
    const [exposed] = exposedIn(life)
    return {
      evidence: exposed === undefined ? [] : [`it listens on ${socket(exposed)}`, ...whose(exposed, life)],
    }
  },
}

/** Whose the socket is, where it is not that of what was launched. */
function whose({ pid }: Listener, life: LifeRecording | null): readonly string[] {
  const leader = life === null ? null : firstEvent(life, 'launched')
  if (life === null || leader === null || pid === 0 || pid === leader.pid) return []
  const trees = eventsOf(life, 'tree').flatMap(({ processes }) => processes)
  const command = trees.find(each => each.pid === pid)?.command
  return [`it is a child's, process ${pid}${command === undefined ? '' : ` (${command})`}`]
}

const ipv6Alone: KnownFailure = {
  id: 'listens-on-ipv6-alone',
  title: 'It listens on ::1 alone, and a client that says 127.0.0.1 is refused.',
  clauses: ['net/ipv4-reachable'],
  sources: ['https://github.com/nodejs/node/issues/40537', 'https://github.com/nodejs/node/issues/47785'],
  fix: {
    any: "Bind to the address 127.0.0.1 and not to a name. If ::1 is meant, announce it: `announce: 'READY http://{host}:{port}'` in the contract.",
    node: "server.listen(port, '127.0.0.1') and not 'localhost', which is ::1 first since Node 17.",
  },
  recognise({ life }) {
    const own = listenersIn(life)
    return own.length > 0 && own.every(({ address }) => address.includes(':'))
      ? { evidence: [`it listens on ${sockets(own)}`] }
      : null
  },
}

const elsewhere: KnownFailure = {
  id: 'listens-at-another-address',
  title: 'It listens at another address than the one that its app dials.',
  clauses: ['net/ipv4-reachable'],
  sources: ['https://github.com/nodejs/node/issues/47785'],
  fix: {
    any: "Bind to 127.0.0.1; or announce the host that it listens on, `announce: 'READY http://{host}:{port}'` in the contract, and let the app dial that.",
  },
  recognise: ({ life }) => ({ evidence: [`it listens on ${sockets(listenersIn(life)) || 'nothing'}`] }),
}

/** From the particular to the general. */
export const netAddressFailures: readonly KnownFailure[] = [
  everyInterface,
  oneInterface,
  ipv6Alone,
  elsewhere,
]
