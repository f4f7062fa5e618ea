import { describeProcesses } from '../../clauses/leftovers.ts'
import { eventsOf } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure } from '../known-failure.ts'
import { isLoop } from '../loop.ts'
import { type Rest, restOf } from '../resting.ts'
import { leaderOf } from '../stopping.ts'

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

/** What it computes when nobody asks anything: from the particular to the general. */
export const resourcesCpu: readonly KnownFailure[] = [busyLoop, polls]
