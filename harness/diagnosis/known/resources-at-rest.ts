import { describeProcesses } from '../../clauses/leftovers.ts'
import { eventsOf } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import { IDLE_WINDOW, totalBytes } from '../../recording/usage.ts'
import { duration } from '../../text/duration.ts'
import { size } from '../../text/size.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { isLoop } from '../loop.ts'
import { leaderOf } from '../stopping.ts'

interface Rest {
  readonly life: LifeRecording
  readonly begin: EventOf<'usage'>
  readonly end: EventOf<'usage'>
}

/** The two looks between which it was left alone. */
function restOf({ life }: Scene): Rest | null {
  const looks = life === null ? [] : eventsOf(life, 'usage')
  const begin = looks.find(({ moment }) => moment === IDLE_WINDOW.begin)
  const end = looks.find(({ moment }) => moment === IDLE_WINDOW.end)
  return life === null || begin === undefined || end === undefined ? null : { life, begin, end }
}

interface Busiest {
  readonly name: string
  readonly percent: number
  readonly isLoop: boolean
  readonly sleeps: number | undefined
}

/** Who used most of the processor meanwhile. */
function busiestIn({ life, begin, end }: Rest): Busiest | null {
  const windowMs = end.atMs - begin.atMs
  const used = end.processes.map(now => {
    const before = begin.processes.find(({ pid }) => pid === now.pid) ?? { cpuMs: 0, sleeps: 0 }
    const slept = now.sleeps === undefined ? {} : { sleeps: now.sleeps - (before.sleeps ?? 0) }
    return { pid: now.pid, cpuMs: now.cpuMs - before.cpuMs, ...slept }
  })
  const [busiest] = used.toSorted((a, b) => b.cpuMs - a.cpuMs)
  if (busiest === undefined) return null
  return {
    name: nameOf(life, busiest.pid),
    percent: (100 * busiest.cpuMs) / windowMs,
    isLoop: isLoop(busiest, windowMs),
    sleeps: busiest.sleeps,
  }
}

function nameOf(life: LifeRecording, pid: number): string {
  if (pid === leaderOf(life)) return 'it'
  const known = eventsOf(life, 'tree').flatMap(({ processes }) => processes)
  const process = known.find(each => each.pid === pid)
  return process === undefined
    ? `process ${pid}, which it has started,`
    : `${describeProcesses([process])}, which it has started,`
}

const busyLoop: KnownFailure = {
  id: 'busy-loop-at-rest',
  title:
    'It turns in a loop that waits for nothing: with nothing to do it takes a whole core, as much of it as it gets.',
  clauses: ['resources/idle-cpu'],
  sources: [
    'https://github.com/mksglu/context-mode/issues/862',
    'https://github.com/nicknisi/sessions/pull/38',
  ],
  fix: {
    any: 'Look for a read that comes back with nothing at the end of its stream (stdin, a pipe, a socket) and is tried again at once; for `poll` or `select` with a timeout of 0; for `default:` in a select of Go, `try_recv` in a loop in Rust. Wait instead, and leave the loop at the end.',
    node: '`node --cpu-prof` names the function. A `setImmediate` or `process.nextTick` that sets itself again, a `while` around an await that is settled already.',
    python:
      '`py-spy top --pid PID` names the line. `while True:` around a read that returns b"", `asyncio.sleep(0)` in a loop.',
  },
  recognise(scene) {
    const rest = restOf(scene)
    const busiest = rest === null ? null : busiestIn(rest)
    if (rest === null || busiest === null || !busiest.isLoop) return null
    return {
      evidence: [
        shareOf(busiest, rest),
        ...(busiest.sleeps === undefined ? [] : [`meanwhile it slept ${busiest.sleeps} times`]),
      ],
    }
  },
}

const polls: KnownFailure = {
  id: 'polls-at-rest',
  title: 'It looks again and again whether there is something to do, instead of waiting to be told.',
  clauses: ['resources/idle-cpu'],
  sources: ['https://github.com/mksglu/context-mode/issues/862'],
  fix: {
    any: "Wait for the event instead (a condition, a channel, the system's own file events), or look once a second and no more often.",
    node: '`setInterval` of a few milliseconds; `fs.watchFile` and chokidar with `usePolling`: fs.watch waits. `node --cpu-prof` names the function.',
    python:
      '`serve_forever(poll_interval=…)` below 0.1 s, `time.sleep(0.01)` in a loop, `uvicorn --reload` in a release.',
    jvm: '`Thread.sleep` of a few milliseconds in a loop; a profiler (JFR) names it.',
  },
  recognise(scene) {
    const rest = restOf(scene)
    const busiest = rest === null ? null : busiestIn(rest)
    return { evidence: rest === null || busiest === null ? [] : [shareOf(busiest, rest)] }
  },
}

function shareOf({ name, percent }: Busiest, { begin, end }: Rest): string {
  return `${name} used ${percent.toFixed(1)} % of a core, for ${duration(end.atMs - begin.atMs)} in which nobody asked anything`
}

/** What a heap does in two seconds of rest is less. */
const GROWTH = 1.2
const GROWTH_BYTES = 16 * 1024 * 1024

const growsAtRest: KnownFailure = {
  id: 'grows-at-rest',
  title: 'It grows while nobody asks anything: a timer or a background task keeps what it makes.',
  clauses: ['resources/memory'],
  sources: ['https://github.com/anomalyco/opencode/issues/12913'],
  fix: {
    any: 'Look at what runs by itself (timers, watchers, indexing, prefetching), and give what it keeps a limit.',
  },
  recognise(scene) {
    const rest = restOf(scene)
    if (rest === null) return null
    const before = totalBytes(rest.begin.processes)
    const after = totalBytes(rest.end.processes)
    if (after < GROWTH * before || after - before < GROWTH_BYTES) return null
    return {
      evidence: [`from ${size(before)} to ${size(after)} in ${duration(rest.end.atMs - rest.begin.atMs)}`],
    }
  },
}

const addsUp: KnownFailure = {
  id: 'processes-add-up',
  title: 'It consists of several processes, and together they use more than is allowed; it alone does not.',
  clauses: ['resources/memory'],
  sources: ['https://github.com/anomalyco/opencode/issues/12913'],
  fix: {
    any: 'One process serves one user: no pool of workers, no helper that is started before it is needed, and each ended when it is done.',
    node: 'Worker threads instead of child processes, and none of cluster; start them when the first request needs them.',
    python:
      '`workers=1`; multiprocessing pools only while they work. "spawn" loads everything again in each.',
  },
  recognise(scene) {
    const rest = restOf(scene)
    const budget = scene.evidence.contract.budgets.memoryBytes
    if (rest === null) return null
    const { processes } = rest.end
    if (processes.length < 2 || processes.some(({ residentBytes }) => residentBytes > budget)) return null
    const parts = processes.toSorted((a, b) => b.residentBytes - a.residentBytes)
    const told = parts.map(({ pid, residentBytes }) => `${pid}: ${size(residentBytes)}`)
    return { evidence: [`${processes.length} processes: ${told.join(', ')}`] }
  },
}

const largeAtRest: KnownFailure = {
  id: 'large-at-rest',
  title: 'It holds much in memory before anybody has asked for it.',
  clauses: ['resources/memory'],
  sources: ['https://github.com/anomalyco/opencode/issues/12913'],
  fix: {
    any: 'Load models, dictionaries and data when the first request needs them, map files instead of reading them, and give caches a limit. Where it needs that much, say so: `budgets.memoryBytes` in the contract.',
    node: '`process.memoryUsage()` tells the heap from buffers (`external`, `arrayBuffers`). `--max-old-space-size` in the `execArgv` of a packed program.',
    python: 'Import pandas, torch and the like inside of functions; `tracemalloc` names who holds most.',
    jvm: 'The heap grows to a quarter of the RAM by itself: `-Xmx256m -XX:+UseSerialGC`.',
  },
  recognise(scene) {
    const rest = restOf(scene)
    const listed =
      rest === null
        ? []
        : [
            `${size(totalBytes(rest.end.processes))} in ${rest.end.processes.length} process${rest.end.processes.length === 1 ? '' : 'es'}`,
          ]
    return { evidence: listed }
  },
}

/** Left alone: from the particular to the general. */
export const resourcesAtRest: readonly KnownFailure[] = [busyLoop, polls, growsAtRest, addsUp, largeAtRest]
