import { exchangesOf } from '../../recording/exchanges.ts'
import { eventsOf, exitedByItself, firstEvent, sinceLaunch } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { exceptionAfter, OUT_OF_MEMORY, systemErrorIn, TOO_MANY_FILES } from '../system-errors.ts'

const CLAUSES = ['resources/stays-up'] as const

interface Ended {
  readonly life: LifeRecording
  readonly exit: EventOf<'exit'>
}

/** The end of a sidecar that nobody had told to; null where it was still there. */
function endIn({ life }: Scene): Ended | null {
  const exit = life === null ? null : (exitedByItself(life) ?? endSeenLate(life))
  return life === null || exit === null ? null : { life, exit }
}

/** On a busy machine the news of an exit can come behind a request that nobody answers any more, and behind our signal. */
function endSeenLate(life: LifeRecording): EventOf<'exit'> | null {
  const exit = firstEvent(life, 'exit')
  return exit?.signal === null && exit.code !== 0 && isRefused(life) ? exit : null
}

function isRefused(life: LifeRecording): boolean {
  return exchangesOf(life, 'check').at(-1)?.failure?.code === 'ECONNREFUSED'
}

/** `it exited with code 1, 2.31 s after its launch`, and what it was asked before. */
function ending({ life, exit }: Ended): readonly string[] {
  const how = exit.signal === null ? `it exited with code ${exit.code}` : `${exit.signal} killed it`
  return [`${how}, ${duration(sinceLaunch(life, exit.atMs))} after its launch`, lastAsked(life, exit.atMs)]
}

function lastAsked(life: LifeRecording, atMs: number): string {
  const volleys = eventsOf(life, 'volley').reduce((sum, { requests }) => sum + requests, 0)
  const single = eventsOf(life, 'request').length
  if (volleys > 0) return `it had been asked some ${volleys + single} times`
  const answered = eventsOf(life, 'response').findLast(each => each.atMs <= atMs)
  return answered === undefined
    ? 'it had never answered'
    : `nobody had asked it anything for ${duration(atMs - answered.atMs)}`
}

const noFiles: KnownFailure = {
  id: 'runs-out-of-descriptors',
  title:
    'It runs out of descriptors: what it opens for a request it does not close, and the next one finds none.',
  clauses: CLAUSES,
  sources: ['https://github.com/judell/bram/issues/50', 'https://github.com/commetchat/commet/issues/1011'],
  fix: {
    any: 'Close what each request opens: files, connections, pipes of children (`ls -l /proc/PID/fd` names what piles up). An accept that fails with EMFILE is tried again after a pause: it must not end the loop, nor spin in it.',
    node: '`pipeline(createReadStream(path), response)` closes the file when the client hangs up, `.pipe()` does not; read or cancel the body of each fetch().',
    python: '`with open(…)`, one client for all requests, `Popen` with `communicate()` or `with`.',
  },
  recognise({ life }) {
    const error = life === null ? null : systemErrorIn(life, TOO_MANY_FILES)
    return error === null ? null : { evidence: [`the system's error: ${error}`] }
  },
}

const noMemory: KnownFailure = {
  id: 'runs-out-of-memory',
  title: 'It runs out of memory while it serves.',
  clauses: CLAUSES,
  sources: ['https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib'],
  fix: {
    any: 'Look for what every request adds to and nobody takes from: a cache without a limit, a list in module scope, listeners. A larger heap only puts it off.',
    node: '`node --heapsnapshot-signal=SIGUSR2`: two snapshots, and compare. A packed program carries `--max-old-space-size` in `execArgv`.',
    python: '`tracemalloc` compares two moments.',
    jvm: '`-XX:+HeapDumpOnOutOfMemoryError`; the limit is -Xmx.',
  },
  recognise(scene) {
    const { life } = scene
    const error = life === null ? null : systemErrorIn(life, OUT_OF_MEMORY)
    const ended = endIn(scene)
    return error === null
      ? null
      : { evidence: [`its own words: ${error}`, ...(ended === null ? [] : ending(ended))] }
  },
}

const uncaught: KnownFailure = {
  id: 'error-that-nobody-catches',
  title: 'An error that nobody catches ends it.',
  clauses: CLAUSES,
  sources: [
    'https://github.com/esengine/DeepSeek-Reasonix/pull/1080',
    'https://nodejs.org/api/process.html#event-unhandledrejection',
  ],
  fix: {
    any: 'Catch it where it arises, and answer that one request with 500: an error of one request, a timer or a background task must not end the process.',
    node: 'await every promise, or give it a `.catch(report)`; an error of a socket or stream needs a listener for \'error\'. `process.on("unhandledRejection", …)` is for the log.',
    python:
      'An exception in a thread or a task is lost or ends the loop: `try` in its function, `task.add_done_callback`.',
  },
  recognise(scene) {
    const ended = endIn(scene)
    const exception = ended === null ? null : exceptionAfter(ended.life, Number.NEGATIVE_INFINITY)
    if (ended === null || exception === null) return null
    return { evidence: [`an exception that nobody caught: ${exception}`, ...ending(ended)] }
  },
}

const killed: KnownFailure = {
  id: 'killed-by-something-else',
  title: 'Something kills it: the system for want of memory, a watchdog, or a script that cleans up.',
  clauses: CLAUSES,
  sources: ['https://docs.kernel.org/admin-guide/mm/concepts.html#oom-killer'],
  fix: {
    any: 'Look for who sends the signal: the system for want of memory (`journalctl -k | grep -i oom`), a limit of its group (`memory.max`), a launcher that gives up on it, `pkill` in another program.',
  },
  recognise(scene) {
    const ended = endIn(scene)
    const isFromOutside = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(ended?.exit.signal ?? '')
    return ended === null || !isFromOutside ? null : { evidence: ending(ended) }
  },
}

const crashed: KnownFailure = {
  id: 'crashes-while-it-serves',
  title: 'It crashes: native code in it has gone wrong.',
  clauses: CLAUSES,
  sources: ['https://man7.org/linux/man-pages/man7/signal.7.html'],
  fix: {
    any: 'A core dump names the place: `ulimit -c unlimited`, then `coredumpctl debug` or `gdb FILE core`. Look at what is native in it: addons, C extensions, databases, models; and try it without each.',
    python: '`python -X faulthandler` prints where each thread was.',
    jvm: 'hs_err_pid*.log in its working directory names the library.',
  },
  recognise(scene) {
    const ended = endIn(scene)
    return ended === null || ended.exit.signal === null ? null : { evidence: ending(ended) }
  },
}

const endsUnused: KnownFailure = {
  id: 'ends-when-nobody-asks',
  title:
    'It ends with 0 when nobody asks it anything for a while: an idle timeout of its own, or nothing that keeps it up.',
  clauses: CLAUSES,
  sources: ['https://github.com/kirodotdev/KiroCrew/issues/5726'],
  fix: {
    any: 'Take the idle timeout out, or make it longer than its app is open: when to end is for its app to say, and the death of its parent.',
    node: 'Node ends when nothing is left to wait for: a server keeps it up, unless it is unref()ed or closed.',
  },
  recognise(scene) {
    const ended = endIn(scene)
    if (ended === null || ended.exit.code !== 0 || ended.life.scenario !== 'idle') return null
    return { evidence: ending(ended) }
  },
}

const endsByUse: KnownFailure = {
  id: 'ends-by-use',
  title: 'It ends when it has been asked often enough: something in it is used up.',
  clauses: CLAUSES,
  sources: ['https://github.com/anomalyco/opencode/issues/27557'],
  fix: {
    any: 'Look for a limit that it meets: a table, a pool or a counter that only fills; `max_requests` of a worker whose master is not there. Give back what each request takes.',
    python:
      "`uvicorn --limit-max-requests` and gunicorn's `max_requests` end a worker on purpose: take them out where nothing starts another one.",
  },
  recognise(scene) {
    const ended = endIn(scene)
    return ended === null || ended.life.scenario !== 'load' ? null : { evidence: ending(ended) }
  },
}

const givesUp: KnownFailure = {
  id: 'gives-up-when-left-alone',
  title: 'It gives up while it is left alone, with a code that says failure.',
  clauses: CLAUSES,
  sources: ['https://github.com/anomalyco/opencode/issues/27557'],
  fix: {
    any: 'Look at what it does on its own, without a request: timers, watchers, connections to others, checks for updates. What fails there is logged and tried again, and ends nothing.',
  },
  recognise(scene) {
    const ended = endIn(scene)
    return ended === null ? null : { evidence: ending(ended) }
  },
}

/** It ends, and nobody had told it to: from the particular to the general. */
export const resourcesEnds: readonly KnownFailure[] = [
  noFiles,
  noMemory,
  uncaught,
  killed,
  crashed,
  endsUnused,
  endsByUse,
  givesUp,
]
