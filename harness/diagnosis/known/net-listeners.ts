import { socket } from '../../clauses/words.ts'
import type { Listener } from '../../host/host.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

/* What it listens on beside what it announced. */

const OTHERS = ['net/no-other-listeners'] as const

/** The ports of a life that are neither announced nor allowed. */
function othersIn(life: LifeRecording | null, { evidence: { contract } }: Scene): readonly Listener[] {
  if (life === null) return []
  const own = eventsOf(life, 'announcement').map(({ port }) => port)
  const seen = eventsOf(life, 'listeners').flatMap(({ listeners }) => listeners)
  const others = seen.filter(({ port }) => !own.includes(port) && !contract.net.ports.includes(port))
  return [...new Map(others.map(other => [socket(other), other])).values()]
}

/** What Node and Deno, and the JVM, write when their debugger is open, with its port. */
const DEBUGGER_LINES =
  /^Debugger listening on ws:\/\/\S+?:(\d+)\/|^Listening for transport dt_socket at address: (?:\S+:)?(\d+)/
/** Node (and those that count on from it), debugpy, the JVM, Bun, Chrome: their debuggers' own. */
const DEBUGGER_PORTS = [9229, 9230, 5678, 5005, 6499, 9222]

const debuggerOpen: KnownFailure = {
  id: 'debugger-listens',
  title: 'A debugger is open: whoever reaches its port can run anything in the program.',
  clauses: OTHERS,
  sources: ['https://nodejs.org/en/learn/getting-started/debugging'],
  fix: {
    any: 'Ship it without: no option for it in what is packed, nor in what the app launches.',
    node: 'No --inspect in the packed binary, in its `execArgv`, nor in NODE_OPTIONS of the app that spawns it.',
    python: 'No debugpy.listen(), and no debug=True or --reload, in what is shipped.',
    jvm: 'No -agentlib:jdwp in what is shipped, nor in JAVA_TOOL_OPTIONS.',
  },
  recognise(scene) {
    const { life } = scene
    const lines = life === null ? [] : [...life.stderr.lines, ...life.stdout.lines]
    for (const other of othersIn(life, scene)) {
      const line = lines.find(({ text }) => portOf(DEBUGGER_LINES.exec(text)) === other.port)
      if (line !== undefined) return { evidence: [socket(other), `"${printable(line.text)}"`] }
      if (DEBUGGER_PORTS.includes(other.port))
        return { evidence: [`${socket(other)}, a debugger's usual port`] }
    }
    return null
  },
}

function portOf(found: RegExpExecArray | null): number | null {
  const port = found?.slice(1).find(group => group !== undefined)
  return port === undefined ? null : Number(port)
}

const childListens: KnownFailure = {
  id: 'child-listens',
  title: 'A process that it has started listens on a port of its own.',
  clauses: OTHERS,
  sources: ['https://github.com/Danny-Dasilva/CycleTLS/issues/34'],
  fix: {
    any: 'Let it talk to its own processes by stdio, a UNIX socket or a named pipe. What has to be TCP the contract allows: `net: { ports: [0] }`, one 0 for each port that the system picks.',
  },
  recognise(scene) {
    const { life } = scene
    const port = life === null ? null : firstEvent(life, 'announcement')?.port
    const listening = life === null ? [] : eventsOf(life, 'listeners').flatMap(({ listeners }) => listeners)
    const servers = new Set(listening.filter(each => each.port === port).map(({ pid }) => pid))
    const child = othersIn(life, scene).find(({ pid }) => pid !== 0 && servers.size > 0 && !servers.has(pid))
    return child === undefined ? null : { evidence: [`${socket(child)} is that of process ${child.pid}`] }
  },
}

const fixedPort: KnownFailure = {
  id: 'fixed-second-port',
  title: 'It has a second port, the same in every life: its next instance cannot have it.',
  clauses: OTHERS,
  sources: [
    'https://github.com/souporserious/renoun/issues/178',
    'https://github.com/Danny-Dasilva/CycleTLS/issues/34',
  ],
  fix: {
    any: 'Serve it as a route of the announced port (/metrics, a WebSocket). If it has to be a port of its own, let the system pick it (0), tell it to who needs it, and allow it in the contract: `net: { ports: [0] }`.',
    node: 'WebSockets share the HTTP server: new WebSocketServer({ server }) and not { port }.',
    python: 'Serve /metrics as a route, and not by prometheus_client.start_http_server(port).',
  },
  recognise(scene) {
    const others = othersIn(scene.life, scene)
    const rest = scene.evidence.lives.filter(({ id }) => id !== scene.life?.id)
    for (const other of others) {
      const same = rest.filter(life => othersIn(life, scene).some(({ port }) => port === other.port))
      if (same.length > 0) return { evidence: [`${socket(other)}, in ${same.length + 1} lives`] }
    }
    return null
  },
}

const secondListener: KnownFailure = {
  id: 'second-listener',
  title: 'It listens on a second port that it does not announce: a door that nobody watches.',
  clauses: OTHERS,
  sources: ['https://github.com/souporserious/renoun/issues/178'],
  fix: {
    any: 'Find what opens it (metrics, live reload, an embedded database, a profiler) and serve it as a route of the announced port, or close it. If it is meant, the contract allows it: `net: { ports: [0] }`. Go: net/http/pprof on the same mux.',
    node: 'WebSockets share the HTTP server: new WebSocketServer({ server }) and not { port }.',
    python: 'No --reload, no debug=True; /metrics as a route, and not prometheus_client.start_http_server().',
  },
  recognise: scene => ({
    evidence: othersIn(scene.life, scene).map(other => `it listens on ${socket(other)}`),
  }),
}

/** From the particular to the general. */
export const netListenerFailures: readonly KnownFailure[] = [
  debuggerOpen,
  childListens,
  fixedPort,
  secondListener,
]
