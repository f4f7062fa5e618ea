import { readsStdin, serversOf } from '../../recording/kept-alive.ts'
import { firstEvent } from '../../recording/query.ts'
import type { RuntimeState } from '../../recording/runtime-state.ts'
import { hangOf, listensStill, stateOf } from '../hanging.ts'
import type { KnownFailure, Recognition, Scene } from '../known-failure.ts'
import { EVERY_STOP } from './stop-clauses.ts'

/** It has closed its port, and its own runtime names what keeps it up. */
function keptBy(
  scene: Scene,
  isIt: (state: RuntimeState, port: number | null) => boolean,
): Recognition | null {
  const stop = hangOf(scene)
  if (stop === null || stop.runtime === null || listensStill(stop) !== false) return null
  const port = firstEvent(stop.life, 'announcement')?.port ?? null
  return isIt(stop.runtime, port) ? { evidence: stateOf(stop) } : null
}

const otherServer: KnownFailure = {
  id: 'another-server-never-closed',
  title: 'It closes the server that it has announced, and another one of its own keeps it up.',
  clauses: EVERY_STOP,
  sources: ['https://nodejs.org/api/net.html#serverclosecallback'],
  fix: {
    any: 'Close every server that it has opened: for metrics, for a debugger, for WebSockets, on a second address.',
    node: 'Keep all servers in one list; in the handler `for (const server of servers) server.close()`, and process.exit(0) behind the last of them. A server that shall not count: server.unref().',
  },
  recognise: scene =>
    keptBy(scene, (state, port) => serversOf(state).some(({ local }) => !local?.endsWith(`:${port}`))),
}

const worker: KnownFailure = {
  id: 'worker-never-terminated',
  title: 'It has closed all else, and a worker thread that nobody ends keeps it up.',
  clauses: EVERY_STOP,
  sources: ['https://nodejs.org/api/worker_threads.html#workerterminate'],
  fix: {
    any: 'Tell each thread to end, wait for it with a limit of time, and then exit.',
    node: 'Keep each Worker; in the handler `await worker.terminate()`, or worker.unref() when it is made. Pools have one call for all: piscina `destroy()`, tinypool `destroy()`.',
  },
  recognise: scene => keptBy(scene, state => state.workers > 0),
}

const TIMER: Pick<KnownFailure, 'id' | 'title' | 'clauses' | 'sources' | 'fix'> = {
  id: 'timer-never-cleared',
  title: 'It has closed all else, and a timer that nobody has cleared keeps it up.',
  clauses: EVERY_STOP,
  sources: [
    'https://nodejs.org/api/timers.html#timeoutunref',
    'https://nodejs.org/api/process.html#processgetactiveresourcesinfo',
  ],
  fix: {
    any: 'Clear its timers when it is told to stop, and call the exit itself once all is closed.',
    node: 'setInterval(…).unref() for what only runs beside the rest, or clearInterval() in the handler; and process.exit(0) in the callback of server.close(), so that no timer of a dependency decides when it ends.',
  },
}

const interval: KnownFailure = {
  ...TIMER,
  recognise: scene =>
    keptBy(scene, ({ timers }) => timers?.some(({ repeatMs }) => repeatMs !== null) ?? false),
}

const stdin: KnownFailure = {
  id: 'stdin-keeps-it-up',
  title: 'It has closed all else, and reads its stdin, which its app never closes before it has ended.',
  clauses: EVERY_STOP,
  sources: ['https://nodejs.org/api/process.html#processstdin'],
  fix: {
    any: 'Stop reading stdin when it is told to stop, and call the exit itself once all is closed.',
    node: 'In the handler `process.stdin.destroy()`, for a readline interface `lines.close()` before it, and process.exit(0) behind server.close(). Or process.stdin.unref() when it begins to read.',
  },
  recognise: scene => keptBy(scene, readsStdin),
}

/** One that fires once, where nothing else is left: it may have to do with what is waited for. */
const timeout: KnownFailure = {
  ...TIMER,
  recognise: scene => keptBy(scene, ({ timers }) => (timers ?? []).length > 0),
}

/** It has closed its port, and its runtime tells what keeps it up: from the particular to the general. */
export const stopsKeptAlive: readonly KnownFailure[] = [otherServer, worker, interval, stdin, timeout]
