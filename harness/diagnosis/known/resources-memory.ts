import { firstEvent, sinceLaunch } from '../../recording/query.ts'
import { totalBytes } from '../../recording/usage.ts'
import { duration } from '../../text/duration.ts'
import { size } from '../../text/size.ts'
import type { KnownFailure } from '../known-failure.ts'
import { restOf } from '../resting.ts'

/** What a heap does in two seconds of rest is less. */
const GROWTH = 1.2
const GROWTH_BYTES = 16 * 1024 * 1024

const outgrows: KnownFailure = {
  id: 'outgrows-memory',
  title:
    'It takes more and more memory, until it has to be ended: before the system ends it, or something else.',
  clauses: ['resources/memory'],
  sources: ['https://docs.kernel.org/admin-guide/mm/concepts.html#oom-killer'],
  fix: {
    any: 'Give what it keeps a limit: caches, queues, buffers of what is read faster than it is written. Where it needs that much, say so: `budgets.memoryCapBytes` in the contract.',
    node: '`--heapsnapshot-near-heap-limit=1` in the `execArgv` of a packed program writes down what the heap is full of.',
    python: '`tracemalloc` names the lines that hold most.',
    jvm: '`-XX:+HeapDumpOnOutOfMemoryError`, and `-Xmx` below the cap.',
  },
  recognise({ life }) {
    const burst = life === null ? null : firstEvent(life, 'memory-burst')
    if (life === null || burst === null) return null
    const after = duration(sinceLaunch(life, burst.atMs))
    return {
      evidence: [
        `${size(burst.bytes)} ${after} after its launch, where ${size(burst.capBytes)} are the most`,
      ],
    }
  },
}

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

/** What it holds in memory when nobody asks anything: from the particular to the general. */
export const resourcesMemory: readonly KnownFailure[] = [outgrows, growsAtRest, addsUp, largeAtRest]
