import type { KnownFailure } from '../known-failure.ts'
import { endOf, signalToldBy, stopTimeOf, whenOf, wordsAfter } from '../stopping.ts'
import { exceptionAfter, quoted } from '../system-errors.ts'
import { EVERY_STOP } from './stop-clauses.ts'
import { launcherReports } from './stop-launchers.ts'

const asIfKilled: KnownFailure = {
  id: 'exits-as-if-killed',
  title:
    'Its handler ends with 128 plus the number of the signal, as a shell reports a death by it: whoever reads that takes the stop for a crash.',
  clauses: EVERY_STOP,
  sources: [
    'https://github.com/immich-app/immich/issues/17488',
    'https://github.com/apache/druid/issues/1378',
  ],
  fix: {
    any: "End with 0: that it was told to stop is no failure. Or, where that is its runtime's habit, let the contract allow it: `stop: { accept: { SIGTERM: [0, 143], SIGINT: [0, 130] } }`.",
    node: 'process.exit(0) at the end of the handler; packages that end by `process.exit(128 + number)` (exit hooks, terminal libraries) do it before yours: import them never, or last.',
    python: 'sys.exit(0) at the end, and not `sys.exit(128 + signum)`.',
    jvm: 'Let the contract allow it: `stop: { accept: { SIGTERM: [0, 143], SIGINT: [0, 130] } }`. Or have one shutdown hook that waits for all the others end by `Runtime.getRuntime().halt(0)`.',
  },
  recognise(scene) {
    const end = endOf(scene)
    const number = signalToldBy(end?.exit.code ?? null)
    if (end === null || number === null) return null
    const jvms =
      'The JVM ends with 128 plus the number of the signal, however orderly its shutdown hooks were.'
    return {
      ...(scene.runtime === 'jvm' ? { cause: jvms } : {}),
      evidence: [`it exited with ${end.exit.code} = 128 + ${number}, ${whenOf(end)}`],
    }
  },
}

const error: KnownFailure = {
  id: 'error-while-stopping',
  title: 'An error that nobody catches is thrown while it stops.',
  clauses: EVERY_STOP,
  sources: ['https://nodejs.org/api/process.html#exit-codes'],
  fix: {
    any: 'Mend what the exception names. Nothing that is closed at the end may throw past the handler: what is closed already, gone already or was never opened is what was wanted.',
    node: 'Await each close() in a try, and `server.close(error => …)`: a server that never listened hands ERR_SERVER_NOT_RUNNING to the callback. An async listener that rejects ends the process with 1.',
    python:
      'Wrap what is closed at the end: `contextlib.suppress(…)`; an exception in an `atexit` function or a thread is printed, and changes the code only where it reaches the main thread.',
  },
  recognise(scene) {
    const end = endOf(scene)
    const exception = end === null ? null : exceptionAfter(end.life, end.asked.atMs)
    if (end === null || exception === null) return null
    return { evidence: [`the exception, after ${end.way}: ${exception}`, ending(end.exit.code, whenOf(end))] }
  },
}

/** Who ends at once has no deadline of its own; the shortest that people set is a second or two. */
const DEADLINE_MS = 900

const ownDeadline: KnownFailure = {
  id: 'own-deadline-exits-nonzero',
  title: 'Its own deadline for stopping ran out, and it then exits with a code that says failure.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/SkillfulAgents/SuperAgent/pull/1134'],
  fix: {
    any: 'Find what it waited for in vain (an open connection, a worker, a query) and end that; and exit with 0 at the deadline all the same, because it has done what it was told.',
    node: '`setTimeout(() => process.exit(1), …)` is such a deadline: before it, call server.closeAllConnections(), which ends what server.close() waits for; and let it exit with 0.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end === null || end.exit.code === null || stopTimeOf(end) < DEADLINE_MS) return null
    return { evidence: [ending(end.exit.code, whenOf(end))] }
  },
}

const failureCode: KnownFailure = {
  id: 'stop-exits-with-failure',
  title:
    'It ends when it is told to, and with a code that says failure: its app takes every stop for a crash.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/minio/sidekick/issues/130'],
  fix: {
    any: "End with 0 where it was told to end. Where another code is its framework's habit, let the contract allow it: `stop: { accept: { SIGTERM: [0, 1] } }`.",
    node: 'process.exit(0) in the callback of server.close(). `process.exitCode = 1` of an earlier error stays, if nothing sets it back.',
    python: 'sys.exit(0) once the server has returned: `sys.exit("text")` and an exception end with 1.',
    jvm: 'System.exit(0), or halt(0) in the last shutdown hook.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end === null || end.exit.code === null) return null
    const words = wordsAfter(end, scene).at(-1) ?? null
    return { evidence: [ending(end.exit.code, whenOf(end)), ...quoted('the last that it wrote', words)] }
  },
}

function ending(code: number | null, when: string): string {
  return `it exited with ${code}, ${when}`
}

/** It ended by itself, with a code that says failure: from the particular to the general. */
export const stopCodes: readonly KnownFailure[] = [
  launcherReports,
  asIfKilled,
  error,
  ownDeadline,
  failureCode,
]
