import { findDemand, type WayOfStopping } from '../../clauses/stop-demand.ts'
import { exchangesOf } from '../../recording/exchanges.ts'
import { hangOf, listensStill, stateOf } from '../hanging.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { wordsOf } from '../seen.ts'
import type { Stop } from '../stopping.ts'

/** The stop that was asked for in this way, and had no effect: it serves on. Null for every other. */
function unheard(scene: Scene, kind: Exclude<WayOfStopping, string>['kind']): Stop | null {
  const stop = hangOf(scene)
  if (stop === null || listensStill(stop) === false) return null
  const way = scene.evidence.contract.stop.requests.find(each => findDemand(stop.life, each) === stop.asked)
  return way?.kind === kind ? stop : null
}

const unknownPath: KnownFailure = {
  id: 'stop-path-unknown',
  title: 'It refuses the request by which its contract says that it is told to stop.',
  clauses: ['stop/requested'],
  sources: ['https://github.com/ooni/probe/issues/1005'],
  fix: {
    any: 'Add the route, with the method that the contract names, or correct `stop.requests` in the contract. Where it wants a token, announce one, and have it sent: `health.headers` are those of every request.',
  },
  recognise(scene) {
    const stop = unheard(scene, 'http')
    const [asked] = stop === null ? [] : exchangesOf(stop.life, 'stop')
    if (stop === null || asked?.response == null || asked.response.status < 400) return null
    return { evidence: [wordsOf(asked), ...stateOf(stop)] }
  },
}

const pathWithoutEffect: KnownFailure = {
  id: 'stop-path-without-effect',
  title: 'It answers the request by which it is told to stop, and goes on serving.',
  clauses: ['stop/requested'],
  sources: ['https://github.com/ooni/probe/issues/1005'],
  fix: {
    any: 'Let the route lead to the same function as the signals: answer first, then close the server and exit with 0.',
    node: "`response.end('stopping', () => stop())`, with the same stop as in process.on('SIGTERM', stop).",
    python:
      'Answer, then `threading.Thread(target=server.shutdown).start()`: in the handler itself shutdown() waits for the very request. With uvicorn set `server.should_exit = True`.',
  },
  recognise(scene) {
    const stop = unheard(scene, 'http')
    const [asked] = stop === null ? [] : exchangesOf(stop.life, 'stop')
    if (stop === null || asked === undefined) return null
    return { evidence: [wordsOf(asked), ...stateOf(stop)] }
  },
}

const lineUnread: KnownFailure = {
  id: 'stop-line-unread',
  title:
    'It goes on serving as if nothing had been written to its stdin: it does not read that, or does not know the line.',
  clauses: ['stop/requested'],
  sources: ['https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2466'],
  fix: {
    any: 'Read stdin line by line in a thread of its own, from the start on, and compare without the newline (`\\r` too).',
    node: "`readline.createInterface({ input: process.stdin }).on('line', line => line === 'quit' && stop())`.",
    python: '`for line in sys.stdin:` in a daemon thread; `line.strip() == "quit"`, then stop.',
  },
  recognise(scene) {
    const stop = unheard(scene, 'line')
    return stop === null ? null : { evidence: stateOf(stop) }
  },
}

const endUnnoticed: KnownFailure = {
  id: 'stdin-end-unnoticed',
  title: 'It does not notice that its stdin is closed, which is how its app tells it to stop.',
  clauses: ['stop/requested'],
  sources: [
    'https://github.com/ooni/probe-cli/pull/111',
    'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2466',
  ],
  fix: {
    any: 'Read stdin to its end in a thread of its own, and stop there: a read that comes back with nothing is the end.',
    node: "process.stdin.on('end', stop).resume(): without resume(), or a listener for its data, nothing is read and there is no 'end'.",
    python: '`threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop()), daemon=True).start()`.',
    jvm: 'A daemon thread: `while (System.in.read() >= 0); System.exit(0);`',
  },
  recognise(scene) {
    const stop = unheard(scene, 'stdin-closed')
    return stop === null ? null : { evidence: stateOf(stop) }
  },
}

/** Told to stop by something else than a signal, and it serves on. */
export const stopRequests: readonly KnownFailure[] = [
  unknownPath,
  pathWithoutEffect,
  lineUnread,
  endUnnoticed,
]
