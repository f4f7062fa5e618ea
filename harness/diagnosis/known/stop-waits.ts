import { describeProcesses } from '../../clauses/leftovers.ts'
import type { Connection } from '../../host/host.ts'
import { childrenOf, clientsOf, hangOf, listensStill, outgoingOf, stateOf } from '../hanging.ts'
import type { KnownFailure } from '../known-failure.ts'
import { EVERY_STOP } from './stop-clauses.ts'
import { stopsKeptAlive } from './stop-kept-alive.ts'

const waitsForChild: KnownFailure = {
  id: 'waits-for-a-child',
  title: 'It waits for a process that it has started, and that nobody has told to end.',
  clauses: EVERY_STOP,
  sources: ['https://docs.python.org/3/library/subprocess.html#subprocess.Popen.terminate'],
  fix: {
    any: 'Signal each child when it is told to stop, wait for it for a second or two, then kill it: only then end.',
    node: "Keep each child that it spawns; in the handler `child.kill('SIGTERM')`, await its 'exit' with a limit, then `child.kill('SIGKILL')`. Without a shell in between, which would not pass it on.",
    python:
      '`process.terminate()`, `process.wait(timeout=2)`, `process.kill()`; `daemon=True` for multiprocessing, whose others are joined at the exit.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop === null || listensStill(stop) === true) return null
    const children = childrenOf(stop)
    return children.length === 0
      ? null
      : { evidence: [`still there: ${describeProcesses(children)}`, ...stateOf(stop)] }
  },
}

const waitsForClients: KnownFailure = {
  id: 'waits-for-clients',
  title: 'It no longer listens, and waits for the connections of its clients to end by themselves.',
  clauses: EVERY_STOP,
  sources: [
    'https://nodejs.org/api/http.html#servercloseallconnections',
    'https://github.com/expressjs/express/issues/4789',
  ],
  fix: {
    any: 'End the connections yourself: idle ones at once, event streams and WebSockets with a word of goodbye, the rest when they are answered or after some seconds.',
    node: 'server.close() waits for open connections: call server.closeAllConnections() once nothing is under way, and after a deadline in any case. It does not end WebSockets: `socket.terminate()` each.',
    python:
      'uvicorn: `timeout_graceful_shutdown=5`. socketserver: `daemon_threads = True`, as ThreadingHTTPServer has it.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop === null || listensStill(stop) !== false) return null
    const clients = clientsOf(stop)
    return clients.length === 0 ? null : { evidence: [count(clients, 'of clients'), ...stateOf(stop)] }
  },
}

const waitsForOthers: KnownFailure = {
  id: 'waits-for-a-connection-of-its-own',
  title:
    'It no longer listens, and a connection that it has made itself, to a database or another server, keeps it up.',
  clauses: EVERY_STOP,
  sources: ['https://nodejs.org/api/net.html#socketunref'],
  fix: {
    any: 'Close what it has opened: database pools, HTTP agents, event streams that it reads, each with a limit of time.',
    node: 'await pool.end(), client.close(), agent.destroy() in the handler, and process.exit(0) behind them: an open socket keeps Node up.',
    python: 'Close clients and pools where the program ends (`with`, `contextlib.ExitStack`), with timeouts.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop === null || listensStill(stop) !== false) return null
    const outgoing = outgoingOf(stop)
    return outgoing.length === 0 ? null : { evidence: [count(outgoing, 'of its own'), ...stateOf(stop)] }
  },
}

const nothingOpen: KnownFailure = {
  id: 'kept-up-by-nothing-open',
  title:
    'It no longer listens and no connection is open, and something else keeps it up: a timer, a thread, a promise that never settles.',
  clauses: EVERY_STOP,
  sources: [
    'https://nodejs.org/api/process.html#processgetactiveresourcesinfo',
    'https://docs.python.org/3/library/threading.html#threading.Thread.daemon',
  ],
  fix: {
    any: 'Call the exit itself once all is closed, instead of waiting until nothing is left to do.',
    node: 'process.exit(0) in the callback of server.close(). `process.getActiveResourcesInfo()`, logged in the handler, names what keeps it up: timers want clearInterval() or unref(), workers terminate().',
    bun: 'process.exit(0) behind `await server.stop()`: timers and workers keep it up.',
    deno: 'Deno.exit(0) behind `await server.shutdown()`: timers and workers keep it up.',
    python:
      'A thread that is no daemon keeps it up: `daemon=True`, or an Event that it looks at. `python -X faulthandler` and `faulthandler.register(signal.SIGUSR1)` print where each one is.',
    jvm: 'A thread that is no daemon keeps it up, or a shutdown hook that waits for one: `jstack PID` shows which.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    return stop !== null && listensStill(stop) === false ? { evidence: stateOf(stop) } : null
  },
}

/** `2 connections of clients: from 127.0.0.1:51234 (established), …`. */
function count(connections: readonly Connection[], whose: string): string {
  const some = connections
    .slice(0, 3)
    .map(({ remoteAddress, remotePort, state }) => `${remoteAddress}:${remotePort} (${state})`)
  const more = connections.length > some.length ? ', …' : ''
  return `${connections.length} ${connections.length === 1 ? 'connection' : 'connections'} ${whose}: ${some.join(', ')}${more}`
}

/** It has closed its port, and waits for something: from the particular to the general. */
export const stopWaits: readonly KnownFailure[] = [
  waitsForChild,
  waitsForClients,
  waitsForOthers,
  ...stopsKeptAlive,
  nothingOpen,
]
