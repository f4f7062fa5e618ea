import { constants } from 'node:os'
import { exitedByItself, sinceLaunch } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure } from '../known-failure.ts'
import { endOf, whenOf, wordsAfter } from '../stopping.ts'
import { exceptionAfter, quoted } from '../system-errors.ts'
import { EVERY_STOP } from './stop-clauses.ts'

const endedBefore: KnownFailure = {
  id: 'ended-before-told-to',
  title: 'It had ended before anybody told it to: it is no stop that failed, but the sidecar itself.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/esengine/DeepSeek-Reasonix/pull/1080'],
  fix: {
    any: 'Read its last words: an error that nobody caught, a single client that was served, nothing that kept it up. A sidecar serves until it is told to stop.',
  },
  recognise({ life }) {
    const exit = life === null ? null : exitedByItself(life)
    if (life === null || exit === null) return null
    const how = exit.signal === null ? `it exited with code ${exit.code}` : `${exit.signal} killed it`
    return {
      evidence: [
        `${how}, ${duration(sinceLaunch(life, exit.atMs))} after its launch`,
        ...quoted('an exception that nobody caught', exceptionAfter(life, Number.NEGATIVE_INFINITY)),
      ],
    }
  },
}

/** Raised by the processor, by the kernel or by the C library where a program has gone wrong. */
const CRASHES: readonly NodeJS.Signals[] = [
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
]

const crash: KnownFailure = {
  id: 'crashes-while-stopping',
  title: 'It crashes on its way out: native code still runs, or is torn down in the wrong order.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/tetherto/qvac/pull/936', 'https://github.com/BYK/loreai/pull/1520'],
  fix: {
    any: 'Join or end what runs in native code (models, databases, threads) before the exit, in the order opposite to its start. A core dump names the place: `ulimit -c unlimited`, then `coredumpctl debug` or `gdb FILE core`.',
    node: 'Await what an addon still does (close(), terminate() of workers) before process.exit(0): its destructors run while its threads still work. `gdb` on a core dump names the addon.',
    python:
      'Run it with `python -X faulthandler`: that prints where each thread was. Close what a C extension holds before the end, and join its threads.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end === null || end.exit.signal === null || !CRASHES.includes(end.exit.signal)) return null
    const number = constants.signals[end.exit.signal]
    return {
      evidence: [
        `${end.exit.signal} (signal ${number}; 128 + ${number} in a shell) killed it, ${whenOf(end)}`,
        ...quoted('the last that it wrote', wordsAfter(end, scene).at(-1) ?? null),
      ],
    }
  },
}

const killedByOthers: KnownFailure = {
  id: 'killed-while-stopping',
  title: 'Something else killed it outright while it was stopping: a watchdog of its own, or the system.',
  clauses: EVERY_STOP,
  sources: ['https://docs.kernel.org/admin-guide/mm/concepts.html#oom-killer'],
  fix: {
    any: 'Look for who does it: a launcher or a watchdog that gives it too little time, `kill -9` in a script, or the system for want of memory (`journalctl -k | grep -i oom`).',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end?.exit.signal !== 'SIGKILL') return null
    return { evidence: [`SIGKILL ended it, ${whenOf(end)}, and not by this harness`] }
  },
}

const brokenPipe: KnownFailure = {
  id: 'broken-pipe-while-stopping',
  title: 'It writes to a connection or a pipe whose other end is closed, and dies of SIGPIPE.',
  clauses: EVERY_STOP,
  sources: ['https://man7.org/linux/man-pages/man7/signal.7.html'],
  fix: {
    any: 'Ignore SIGPIPE at the start, and treat EPIPE as a client that has gone: `signal(SIGPIPE, SIG_IGN)` in C. Go dies of it only on stdout and stderr; a Rust program ignores it unless `unix_sigpipe` or a crate says otherwise.',
    python: 'Python ignores SIGPIPE by itself: take out `signal.signal(signal.SIGPIPE, signal.SIG_DFL)`.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end?.exit.signal !== 'SIGPIPE') return null
    return { evidence: [`SIGPIPE killed it, ${whenOf(end)}`] }
  },
}

const otherSignal: KnownFailure = {
  id: 'dies-of-another-signal',
  title:
    'It dies of another signal than the one that it was sent: one that it, or something that it started, sends it.',
  clauses: EVERY_STOP,
  sources: ['https://man7.org/linux/man-pages/man2/kill.2.html'],
  fix: {
    any: 'Look for `kill(0, …)`, `kill(-pgid, …)`, `pkill` and `process.kill` in what it does at its end: a signal to its whole group reaches itself. Signal each child by its own process id, and exit with 0.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end === null || end.exit.signal === null || end.exit.signal === end.signal?.signal) return null
    return { evidence: [`told by ${end.way}, ${end.exit.signal} killed it, ${whenOf(end)}`] }
  },
}

/** It ended before it was told to, or of a signal that nobody of us sent. */
export const stopCrashes: readonly KnownFailure[] = [
  endedBefore,
  crash,
  killedByOthers,
  brokenPipe,
  otherSignal,
]
