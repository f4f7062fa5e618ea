import { furtherSignals } from '../../clauses/stop-demand.ts'
import type { EventOf } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { hangOf, stateOf } from '../hanging.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { endOf, type Stop, whenOf } from '../stopping.ts'

const CLAUSES = ['stop/repeated-signal'] as const

/** The end, and the last of the further signals that came before it; null for an end by the first alone. */
function endBySecond(
  scene: Scene,
): (NonNullable<ReturnType<typeof endOf>> & { second: EventOf<'signal'> }) | null {
  const end = endOf(scene)
  const second =
    end === null
      ? undefined
      : furtherSignals(end.life, end.asked).findLast(({ atMs }) => atMs <= end.exit.atMs)
  return end === null || second === undefined ? null : { ...end, second }
}

const sent = ({ asked, way }: Stop, second: EventOf<'signal'>): string =>
  `${second.signal} came ${duration(second.atMs - asked.atMs)} after ${way}`

const onlyOnce: KnownFailure = {
  id: 'handler-serves-once',
  title:
    'Its handler is for one signal only: the next one finds none, and kills it in the middle of its stop.',
  clauses: CLAUSES,
  sources: [
    'https://nodejs.org/api/events.html#emitteronceeventname-listener',
    'https://github.com/ethereum/asyncio-run-in-process/issues/15',
  ],
  fix: {
    any: 'Leave the handler in place, and let it return at once where it is stopping already. In C no SA_RESETHAND, and sigaction() instead of signal(); in Go call the stop function of signal.NotifyContext at the very end.',
    node: '`process.on(signal, stop)` instead of `process.once`, and `if (stopping) return` as the first line of stop.',
    python:
      'Not `signal.signal(signum, signal.SIG_DFL)` in the handler; and set both to SIG_IGN once the server has returned, because the interpreter takes handlers off in its last milliseconds.',
  },
  recognise(scene) {
    const end = endBySecond(scene)
    if (end === null || end.exit.signal !== end.second.signal) return null
    const { second } = end
    const gone =
      second.handling === 'default' ? [`by then the process had left ${second.signal} to the system`] : []
    return {
      evidence: [
        sent(end, second),
        ...gone,
        `${second.signal} killed it ${duration(end.exit.atMs - second.atMs)} later`,
      ],
    }
  },
}

const forces: KnownFailure = {
  id: 'second-signal-forces-the-exit',
  title:
    'It takes a second signal for "at once": it drops what it was finishing, and exits with a code that says failure.',
  clauses: CLAUSES,
  sources: [
    'https://github.com/routecraftjs/routecraft/issues/684',
    'https://github.com/Kludex/uvicorn/pull/1069',
  ],
  fix: {
    any: 'Ignore further signals while it stops: on one Ctrl-C it gets SIGINT from the terminal and another signal from its app. Leave "at once" to SIGKILL, which its parent has.',
    node: '`if (stopping) return` as the first line of the handler, and no `process.exit(130)` for the second one.',
    python:
      'uvicorn does so on a second SIGINT: `def handle_exit(self, sig, frame): self.should_exit = True` in a subclass of uvicorn.Server.',
  },
  recognise(scene) {
    const end = endBySecond(scene)
    if (end === null || end.exit.code === null) return null
    return {
      evidence: [
        sent(end, end.second),
        `it exited with ${end.exit.code}, ${duration(end.exit.atMs - end.second.atMs)} later`,
      ],
    }
  },
}

const helperKilled: KnownFailure = {
  id: 'ctrl-c-kills-its-helper',
  title:
    'Ctrl-C, which a terminal sends to the whole group, ends a helper of it, and it takes that for a failure of its own.',
  clauses: CLAUSES,
  sources: [
    'https://github.com/ethereum/asyncio-run-in-process/issues/15',
    'https://github.com/routecraftjs/routecraft/issues/684',
  ],
  fix: {
    any: 'A helper that ends while it is stopping is no error: look at the flag before its exit is judged. Or start helpers in a group of their own, and end them yourself.',
    node: "In `child.on('exit', …)`: `if (stopping) return`; a signal handler in the helper that ignores SIGINT, or `detached: true` and a kill in the handler.",
    python:
      '`subprocess.Popen(…, process_group=0)`, or `signal.signal(signal.SIGINT, signal.SIG_IGN)` as the first line of a multiprocessing worker.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end?.signal?.to !== 'group' || end.exit.signal !== null) return null
    return {
      evidence: [
        `${end.way} went to its whole group; where it got that alone, it ended cleanly`,
        `it exited with ${end.exit.code}, ${whenOf(end)}`,
      ],
    }
  },
}

const hangs: KnownFailure = {
  id: 'second-signal-stops-the-stop',
  title: 'A second signal keeps it from ending: it begins its stop anew, or waits for itself.',
  clauses: CLAUSES,
  sources: ['https://github.com/Kludex/uvicorn/pull/1069'],
  fix: {
    any: 'Let the handler do its work once: a flag that it sets first and looks at first. No lock in it that the first call may hold.',
    node: '`if (stopping) return; stopping = true`: a second server.close() hands ERR_SERVER_NOT_RUNNING to its callback, which then never exits.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    const second = stop === null ? undefined : furtherSignals(stop.life, stop.asked).at(-1)
    if (stop === null || second === undefined) return null
    return { evidence: [sent(stop, second), ...stateOf(stop)] }
  },
}

/** What a second signal does to a stop, or one to the whole group: from the particular to the general. */
export const stopsRepeated: readonly KnownFailure[] = [onlyOnce, forces, helperKilled, hangs]
