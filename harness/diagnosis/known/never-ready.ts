import { lastWords, sockets } from '../../clauses/words.ts'
import { keptAliveBy, readsStdin } from '../../recording/kept-alive.ts'
import { eventsOf, exitedByItself, firstEvent, sinceLaunch } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { runtimeStateOf, toldByRuntime } from '../runtime-words.ts'
import { NEEDS_NETWORK } from './shared.ts'
import { START } from './start-clauses.ts'

const BE_QUICKER = {
  any: 'Announce and serve first, and open databases, load models and warm caches afterwards; answer what needs them with 503 until then. Where it is meant to take so long: `budgets.readyMs`.',
  node: 'Bundle to one file, and import() what the first request does not need. module.enableCompileCache(directory) helps where the directory is kept.',
  python:
    '`--onedir` instead of `--onefile`, which unpacks itself, and has every file scanned, at each start; import heavy modules inside the functions that need them.',
  jvm: 'Class data sharing (`-XX:SharedArchiveFile`), lazy initialisation in Spring, or a native image.',
}

const FIND_LOOP = {
  ...BE_QUICKER,
  any: `A profiler (\`perf top -p PID\`) shows where it computes. ${BE_QUICKER.any}`,
  node: `\`--cpu-prof\` writes down where it computes. ${BE_QUICKER.node}`,
  python: `\`py-spy dump --pid PID\` shows where it computes. ${BE_QUICKER.python}`,
  jvm: `\`jstack PID\` shows where it computes. ${BE_QUICKER.jvm}`,
}

const late: KnownFailure = {
  id: 'starts-late',
  title: 'It starts, and takes longer than the budget.',
  clauses: START,
  sources: [
    'https://github.com/pyinstaller/pyinstaller/issues/4348',
    'https://github.com/agentscope-ai/QwenPaw/issues/7363',
  ],
  fix: BE_QUICKER,
  recognise({ life }) {
    const deadline = deadlineOf(life)
    const announced = life === null ? null : firstEvent(life, 'announcement')
    if (life === null || deadline === null || announced === null || announced.atMs < deadline.atMs)
      return null
    return {
      evidence: [
        `it announced itself ${duration(sinceLaunch(life, announced.atMs))} after its launch, and ${duration(deadline.budgetMs)} is its budget`,
      ],
    }
  },
}

/** The time for its announcement was over, and it had not ended by then. */
function deadlineOf(life: LifeRecording | null): EventOf<'deadline'> | null {
  if (life === null) return null
  return eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'announcement') ?? null
}

/** What it did when the time for its start was over; null where it was not looked at, or not any more. */
function lookOf({ life }: Scene): { readonly life: LifeRecording; readonly hang: EventOf<'hang'> } | null {
  const hang =
    life === null || deadlineOf(life) === null || exitedByItself(life) !== null
      ? null
      : firstEvent(life, 'hang')
  return life === null || hang === null ? null : { life, hang }
}

/**
 * Who computes for more than half of the time is not waiting for anything. On a busy machine he gets less than he wants:
 * the system says of him that he could run.
 */
const BUSY_SHARE = 0.5
const COULD_RUN = 'R'

const busy: KnownFailure = {
  id: 'busy-at-start',
  title: 'It computes when the time for its start is over: too much to do, or a loop without an end.',
  clauses: START,
  sources: ['https://github.com/pyinstaller/pyinstaller/issues/4348'],
  fix: FIND_LOOP,
  recognise(scene) {
    const look = lookOf(scene)
    if (look === null) return null
    const { busy: used, windowMs } = look.hang
    const cpuMs = used.reduce((sum, each) => sum + each.cpuMs, 0)
    const couldRun = look.hang.activity?.processes.some(({ state }) => state === COULD_RUN) ?? false
    // Who wakes up for a moment could run, too, and sleeps again: who turns in a loop never does.
    const neverSlept = used.some(each => each.cpuMs > 0 && (each.sleeps ?? 0) === 0)
    if (!(couldRun && neverSlept) && cpuMs < BUSY_SHARE * windowMs) return null
    return {
      evidence: [
        `it computed for ${duration(cpuMs)} of the ${duration(windowMs)} for which it was looked at`,
        lastWords(look.life, 'stderr', look.hang.atMs),
        ...toldByRuntime(runtimeStateOf(look.life)),
      ],
    }
  },
}

const waitsForNetwork: KnownFailure = {
  ...NEEDS_NETWORK,
  clauses: START,
  recognise(scene) {
    const connections = lookOf(scene)?.hang.activity?.connections ?? []
    if (connections.length === 0) return null
    const [first] = connections.map(
      ({ state, remoteAddress, remotePort }) =>
        `${sockets([{ address: remoteAddress, port: remotePort, pid: 0 }])} (${state})`,
    )
    return { evidence: [`it waits with a connection to ${first}`] }
  },
}

/** The kernel's functions in which who reads from a pipe sleeps, or from one of the socketpairs that Node calls pipes. */
const READS_PIPE = /pipe_read|unix_stream_read/

const waitsForInput: KnownFailure = {
  id: 'waits-for-input',
  title: 'It waits for input: it reads a pipe, as its stdin is one, on which its app writes nothing.',
  clauses: START,
  sources: ['https://man7.org/linux/man-pages/man7/pipe.7.html'],
  fix: {
    any: 'Ask nobody on the way to the server: no prompt, no read of stdin. A bare interpreter waits for a program in this way: is the application in the file?',
    python: 'No input() before the server runs; settings come from a file, a variable or an argument.',
  },
  recognise(scene) {
    const state = runtimeStateOf(scene.life)
    // Node waits for its stdin as it waits for all else: it is that where there is nothing else.
    if (state !== null && readsStdin(state) && keptAliveBy(state).length === 1) {
      return { evidence: toldByRuntime(state) }
    }
    const [leader] = lookOf(scene)?.hang.activity?.processes ?? []
    if (leader === undefined || !READS_PIPE.test(leader.waitsIn ?? '')) return null
    return { evidence: [`it sleeps in ${leader.waitsIn}`] }
  },
}

const hangs: KnownFailure = {
  id: 'hangs-at-start',
  title:
    'It stays up, and neither listens nor announces anything: it waits for something that does not come.',
  clauses: START,
  sources: ['https://github.com/anomalyco/opencode/pull/13028'],
  fix: {
    any: 'Log each step of the start to stderr: the last line is the step that hangs. Locks (another instance, a stale file), a prompt, a keychain, a promise that is never settled are the usual ones; give each a timeout.',
    node: 'Start it with --inspect, and see in DevTools what is awaited; `process.getActiveResourcesInfo()` in a timer names what it waits for.',
    python:
      '`faulthandler.dump_traceback_later(5)` at the start prints where it stands; so does `py-spy dump --pid`.',
    jvm: '`jstack PID` prints where its threads stand.',
  },
  recognise({ life }) {
    if (life === null || deadlineOf(life) === null) return null
    const activity = firstEvent(life, 'hang')?.activity?.processes[0]
    const sleeps = activity?.waitsIn == null ? [] : [`its main thread sleeps in ${activity.waitsIn}`]
    return {
      evidence: [
        ...sleeps,
        ...openFiles(life),
        lastWords(life, 'stderr', deadlineOf(life)?.atMs),
        ...toldByRuntime(runtimeStateOf(life)),
      ],
    }
  },
}

/** Locks and databases are files that somebody else may hold; devices tell nothing, nor do directories of which it has several. */
function openFiles(life: LifeRecording): readonly string[] {
  const kinds = firstEvent(life, 'descriptors')?.kinds ?? []
  const files = kinds.filter(({ what }) => /^\/(?!dev\/).*[^*]$/.test(what))
  return files.length === 0 ? [] : [`it has open: ${files.map(({ what }) => printable(what)).join(', ')}`]
}

const neverReady: KnownFailure = {
  id: 'never-ready',
  title: 'It never became ready.',
  clauses: START,
  sources: [],
  fix: { any: 'See in its timeline what came last, and what did not come.' },
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

/** It has not ended, and is not ready either. */
export const neverReadyFailures: readonly KnownFailure[] = [
  late,
  busy,
  waitsForNetwork,
  waitsForInput,
  hangs,
  neverReady,
]
