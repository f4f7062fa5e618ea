import { describeRequest, type RequestUnderWay, requestsUnderWay } from '../../clauses/under-way.ts'
import type { EventOf } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { endOf, type Stop, stopOf, whenOf } from '../stopping.ts'

type Failed = RequestUnderWay & { readonly end: EventOf<'request-failed'> }

/** An answer that had begun to come, and broke off. */
function brokenIn({ life }: Scene): Failed | null {
  const requests = life === null ? [] : requestsUnderWay(life)
  return (
    requests.find(
      (each): each is Failed => each.end?.type === 'request-failed' && each.end.receivedBytes > 0,
    ) ?? null
  )
}

/** The request that the contract names as slow, as it was when the signal came. */
function slowIn({ life, evidence }: Scene): RequestUnderWay | null {
  const { slowPath } = evidence.contract.stop
  const requests = life === null ? [] : requestsUnderWay(life)
  return requests.findLast(({ request }) => request.path === slowPath) ?? null
}

function unansweredIn(scene: Scene): Failed | null {
  const slow = slowIn(scene)
  return slow?.end?.type === 'request-failed' ? { ...slow, end: slow.end } : null
}

function describe({ request, end }: RequestUnderWay, { asked, way }: Stop): string {
  const name = describeRequest(request)
  if (end === null) return `${name}: no answer`
  const when = end.atMs < asked.atMs ? `before ${way}` : `${duration(end.atMs - asked.atMs)} after ${way}`
  if (end.type === 'response') return `${name}: ${end.status}, ${when}`
  const received = end.receivedBytes === 0 ? '' : `${end.receivedBytes} bytes, then `
  return `${name}: ${received}${printable(end.message)}, ${when}`
}

/** What the process did at that moment, where it did anything. */
function exitOf(scene: Scene): readonly string[] {
  const end = endOf(scene)
  if (end === null) return ['the process went on']
  const how = end.exit.signal === null ? `it exited with ${end.exit.code}` : `${end.exit.signal} killed it`
  return [`${how}, ${whenOf(end)}`]
}

const DRAIN: Fix = {
  any: 'On the signal stop accepting, wait until every request that was taken is answered whole, and only then close connections and exit; with a limit of some five seconds. In Go `server.Shutdown(ctx)` does so, and `os.Exit` in a handler does not.',
  node: "Never call process.exit() in a signal handler: call it in the callback of server.close(), once each response has had its 'close'. That comes when the kernel has all of it; `writableEnded` is true much earlier.",
  python:
    'uvicorn waits (`timeout_graceful_shutdown=5` limits it). With http.server count what is under way, and wait for zero behind `serve_forever()`: daemon threads end with the main one.',
  jvm: '`server.stop(5)` in the shutdown hook waits for exchanges that are under way; System.exit or halt elsewhere does not.',
}

const wrongSlowPath: KnownFailure = {
  id: 'slow-path-unknown',
  title: 'The path that the contract names as slow is none of this sidecar.',
  clauses: ['stop/in-flight'],
  sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-404-not-found'],
  fix: {
    any: 'Name a path in `stop.slowPath` that takes a while to answer (an export, a search), or leave it out.',
  },
  recognise(scene) {
    const slow = slowIn(scene)
    const stop = stopOf(scene)
    if (stop === null || slow?.end?.type !== 'response' || slow.end.status < 400 || slow.end.status >= 500)
      return null
    return { evidence: [describe(slow, stop)] }
  },
}

const refuses: KnownFailure = {
  id: 'refuses-what-is-under-way',
  title: 'Once it is told to stop it answers with an error what it had already taken on.',
  clauses: ['stop/in-flight'],
  sources: ['https://github.com/scality/cloudserver/issues/550'],
  fix: {
    any: 'Refuse new requests alone. What was taken before the signal is answered as ever: do not cancel its context, close the database, or swap the handler before the last answer is out.',
    node: 'Look at the flag for stopping where a request comes in, and never behind an `await`; close pools in the callback of server.close().',
  },
  recognise(scene) {
    const slow = slowIn(scene)
    const stop = stopOf(scene)
    if (stop === null || slow?.end?.type !== 'response' || slow.end.status < 500) return null
    return { evidence: [describe(slow, stop)] }
  },
}

const cutShort: KnownFailure = {
  id: 'answer-cut-short',
  title: 'An answer that it has begun to send breaks off when it stops: its client has half of it.',
  clauses: ['stop/in-flight'],
  sources: [
    'https://github.com/cnighswonger/claude-code-cache-fix/issues/357',
    'https://github.com/scality/cloudserver/issues/550',
  ],
  fix: {
    ...DRAIN,
    node: "Wait for the 'close' of each response before process.exit() and closeAllConnections(). From Node 19 on server.close() also hangs up on answers that are ended and not yet sent: put `server.closeIdleConnections = () => {}` before it.",
  },
  recognise(scene) {
    const broken = brokenIn(scene)
    const stop = stopOf(scene)
    return broken === null || stop === null ? null : { evidence: [describe(broken, stop), ...exitOf(scene)] }
  },
}

const resets: KnownFailure = {
  id: 'resets-what-is-under-way',
  title: 'When it stops it resets the connections on which it still owes an answer.',
  clauses: ['stop/in-flight'],
  sources: ['https://github.com/emostar/express-graceful-exit/issues/14'],
  fix: {
    any: 'Close only the connections on which no request is under way; the others when their answer is sent, or after some seconds.',
    node: 'No socket.destroy(), resetAndDestroy() or server.closeAllConnections() on the signal: close idle ones, and all of them only when no response is open any more, or at the deadline.',
    python: 'No `transport.abort()` and no `SO_LINGER` of 0 on connections that still wait for an answer.',
  },
  recognise(scene) {
    const failed = unansweredIn(scene)
    const stop = stopOf(scene)
    if (failed === null || stop === null || failed.end.code !== 'ECONNRESET') return null
    return { evidence: [describe(failed, stop), ...exitOf(scene)] }
  },
}

const drops: KnownFailure = {
  id: 'drops-what-is-under-way',
  title:
    'When it is told to stop it exits, or closes its connections, at once: who waits for an answer gets none.',
  clauses: ['stop/in-flight'],
  sources: ['https://github.com/scality/cloudserver/issues/550'],
  fix: {
    ...DRAIN,
    node: `${DRAIN.node} server.closeAllConnections() closes those too on which an answer is due: call it behind that, or at the deadline.`,
  },
  recognise(scene) {
    const failed = unansweredIn(scene)
    const stop = stopOf(scene)
    return failed === null || stop === null ? null : { evidence: [describe(failed, stop), ...exitOf(scene)] }
  },
}

const neverAnswers: KnownFailure = {
  id: 'stop-loses-the-answer',
  title: 'What was under way when the signal came was never answered.',
  clauses: ['stop/in-flight'],
  sources: ['https://github.com/scality/cloudserver/issues/550'],
  fix: DRAIN,
  recognise(scene) {
    const slow = slowIn(scene)
    const stop = stopOf(scene)
    return slow?.end !== null || stop === null ? null : { evidence: [describe(slow, stop), ...exitOf(scene)] }
  },
}

/** What a stop does to requests that are under way: from the particular to the general. */
export const stopsInFlight: readonly KnownFailure[] = [
  cutShort,
  wrongSlowPath,
  refuses,
  resets,
  drops,
  neverAnswers,
]
