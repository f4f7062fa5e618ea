import { eventsOf, firstEvent } from '../../recording/query.ts'
import { clientsOf, hangOf, stateOf } from '../hanging.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { endOf, type Stop, stopTimeOf, whenOf } from '../stopping.ts'
import { exceptionAfter } from '../system-errors.ts'

/** It was still there, and all that was special about this stop is the connections that were open. */
function waitOf(scene: Scene): readonly string[] | null {
  const stop = hangOf(scene)
  if (stop === null) return null
  const held = heldBy(stop)
  if (held.length === 0) return null
  const open = openClients(stop)
  // All closed, and it is still there: something else keeps it up.
  if (open === 0) return null
  const known = open === null ? [] : [`${open} open when its time was over`]
  return [`held open: ${nameHeld(stop)}`, ...known, ...stateOf(stop)]
}

/** Null where that could not be seen. */
function openClients(stop: Stop): number | null {
  const port = firstEvent(stop.life, 'announcement')?.port ?? null
  return port === null || stop.hang?.activity == null ? null : clientsOf(stop).length
}

function nameHeld(stop: Stop): string {
  const kinds = Map.groupBy(heldBy(stop), kind => kind)
  return [...kinds].map(([kind, those]) => `${those.length} × ${kind}`).join(', ')
}

function heldBy({ life }: Stop): readonly string[] {
  return eventsOf(life, 'held-open')
    .filter(({ error }) => error === null)
    .map(({ connection }) => connection)
}

const waitsForIdle: KnownFailure = {
  id: 'waits-for-idle-connections',
  title:
    'It does not end while a client keeps a connection open on which all is answered: every window of an app does.',
  clauses: ['stop/idle-connections'],
  sources: ['https://github.com/nodejs/node/issues/2642', 'https://github.com/architectds/modeldock/pull/27'],
  fix: {
    any: 'Close idle connections when it is told to stop; a server that only stops accepting waits for its clients.',
    node: 'server.closeAllConnections() once nothing is under way. server.close() alone closes idle ones from Node 19 on, and none that a framework, a proxy or a WebSocket has taken over.',
    python:
      'A server of socketserver that joins its threads: `daemon_threads = True`, as ThreadingHTTPServer has it. uvicorn closes idle ones by itself.',
    jvm: '`server.stop(5)` of com.sun.net.httpserver closes them after so many seconds; for others set an idle timeout.',
  },
  recognise(scene) {
    const evidence = waitOf(scene)
    return evidence === null ? null : { evidence }
  },
}

const waitsForSilent: KnownFailure = {
  id: 'waits-for-silent-connections',
  title:
    "It does not end while a connection is open on which nothing has been asked, or half of a request's head: browsers hold such.",
  clauses: ['stop/silent-connections'],
  sources: ['https://github.com/nodejs/node/issues/63452', 'https://github.com/golang/go/issues/22682'],
  fix: {
    any: 'Close every connection on which no request is under way, and all of them after a deadline of five seconds. In Go set `ReadHeaderTimeout: 2 * time.Second`; in Rust put a `sleep` beside the graceful shutdown in a `select!`.',
    node: 'server.closeAllConnections() once nothing is under way, and once more after a deadline: server.close() and closeIdleConnections() leave what has sent nothing, and close() also stops the timer that would end it.',
    python:
      'uvicorn: `timeout_graceful_shutdown=5`. http.server and socketserver: `daemon_threads = True`, and `timeout = 5` in the handler class; a server without threads hangs in the read.',
  },
  recognise(scene) {
    const evidence = waitOf(scene)
    return evidence === null ? null : { evidence }
  },
}

/** Who gives connections no time at all reports them at once; a deadline is a second or more. */
const AT_ONCE_MS = 900

const openIsFailure: KnownFailure = {
  id: 'open-connections-fail-the-stop',
  title:
    'It ends with a code that says failure when connections are open that nobody uses, and with 0 when there are none.',
  clauses: ['stop/idle-connections', 'stop/silent-connections'],
  sources: ['https://github.com/keymetrics/doc-pm2/issues/242'],
  fix: {
    any: 'What is still open when it is told to stop is no error: close it, and exit with 0.',
    node: 'In `server.close(error => …)` and behind it, `process.exit(1)` belongs to errors alone: call server.closeAllConnections(), then exit with 0.',
  },
  recognise(scene) {
    const end = endOf(scene)
    // An exception, and a deadline of its own, say more.
    if (end === null || end.exit.code === null || stopTimeOf(end) >= AT_ONCE_MS) return null
    if (heldBy(end).length === 0 || exceptionAfter(end.life, end.asked.atMs) !== null) return null
    return {
      evidence: [`it exited with ${end.exit.code}, ${whenOf(end)}`, `held open: ${nameHeld(end)}`],
    }
  },
}

/** A stop while connections are open that nobody uses. */
export const stopConnections: readonly KnownFailure[] = [waitsForIdle, waitsForSilent, openIsFailure]
