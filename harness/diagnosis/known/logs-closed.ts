import { eventsOf, exitedByItself, firstDemand, firstEvent } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { type Breakdown, breakdownOf } from '../seen.ts'

/* A parent that has closed its ends of the pipes. */

const CLOSED = ['logs/closed-pipes'] as const
const EPIPE = [
  'https://github.com/rotki/rotki/pull/11592',
  'https://github.com/Emanuele-web04/synara/issues/287',
]

const bySigpipe: KnownFailure = {
  id: 'dies-of-sigpipe',
  title: 'SIGPIPE ends it at its first line of log after its parent has closed the pipe.',
  clauses: CLOSED,
  sources: ['https://pkg.go.dev/os/signal#hdr-SIGPIPE'],
  fix: {
    any: 'Ignore SIGPIPE at the start, and the error of a write that nobody takes. C: signal(SIGPIPE, SIG_IGN); Go: signal.Ignore(syscall.SIGPIPE), because a failed write to descriptors 1 and 2 kills otherwise.',
    python: 'Python ignores SIGPIPE by itself: take signal(SIGPIPE, SIG_DFL) out.',
  },
  recognise({ life }) {
    if (closedIn(life) === null || life === null) return null
    const exit = firstEvent(life, 'exit')
    // A shell in between tells it as 128 and the signal's number.
    const isSigpipe = exit?.signal === 'SIGPIPE' || exit?.code === 128 + 13
    return isSigpipe
      ? { evidence: [exit.signal === null ? `it exited with code ${exit.code}` : 'SIGPIPE killed it'] }
      : null
  },
}

const SWALLOW: Fix = {
  any: 'A log that nobody reads is no reason to end: ignore the error of that write. Rust: let _ = writeln!(std::io::stderr(), …), because eprintln! panics.',
  node: "process.stdout.on('error', () => {}); process.stderr.on('error', () => {}): an error event without a listener is an uncaught exception. What writes by fs.writeSync(2, …) needs a try.",
  python:
    'Catch OSError around a write to stderr, and there os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno()): the flush at the exit fails otherwise, and the exit code is 120.',
}

const byEpipe: KnownFailure = {
  id: 'dies-of-closed-pipe',
  title: 'A line of log that fails (EPIPE) ends it, once its parent has closed the pipe.',
  clauses: CLOSED,
  sources: EPIPE,
  fix: SWALLOW,
  recognise({ life }) {
    if (life === null || closedIn(life) === null || exitedByItself(life) === null) return null
    const { code, signal } = firstEvent(life, 'exit') ?? { code: null, signal: null }
    return { evidence: [signal === null ? `it exited with code ${code}` : `${signal} killed it`] }
  },
}

const stuckOnClosed: KnownFailure = {
  id: 'stands-still-over-closed-pipe',
  title:
    'It runs on once its parent has closed the pipe, and answers no more: it tries over and over to tell of an error that it cannot write.',
  clauses: CLOSED,
  sources: ['https://github.com/Emanuele-web04/synara/issues/287'],
  fix: { ...SWALLOW, any: `Do not log that logging failed. ${SWALLOW.any}` },
  recognise(scene) {
    if (closedIn(scene.life) === null) return null
    const broken = brokenIn(scene)
    return broken === null ? null : { evidence: broken.evidence }
  },
}

const endsBadly: KnownFailure = {
  id: 'stops-badly-without-pipes',
  title:
    'It serves on when its parent has closed the pipes, and then does not end cleanly: its last words fail.',
  clauses: CLOSED,
  sources: ['https://docs.python.org/3/library/sys.html#sys.exit'],
  fix: SWALLOW,
  recognise({ life }) {
    if (life === null || closedIn(life) === null || firstDemand(life) === null) return null
    const exit = firstEvent(life, 'exit')
    const late = eventsOf(life, 'deadline').some(({ waitedFor }) => waitedFor === 'exit')
    const how = late
      ? 'it did not end in time'
      : exit?.signal != null
        ? `${exit.signal} killed it`
        : `it exited with code ${exit?.code}`
    return { evidence: [how] }
  },
}

function closedIn(life: LifeRecording | null): EventOf<'stream-reading'> | null {
  return life === null
    ? null
    : (eventsOf(life, 'stream-reading').find(({ what }) => what === 'closed') ?? null)
}

function brokenIn({ life, evidence }: Scene): Breakdown | null {
  return life === null ? null : breakdownOf(life, evidence.contract.health.status)
}

/** From the particular to the general. */
export const logsClosedFailures: readonly KnownFailure[] = [bySigpipe, byEpipe, stuckOnClosed, endsBadly]
