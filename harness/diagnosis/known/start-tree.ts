import { eventsOf, firstEvent } from '../../recording/query.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

/** The processes that were there when there were too many, or most of them. */
function crowdOf({ life }: Scene): readonly string[] {
  if (life === null) return []
  const trees = [...eventsOf(life, 'tree')].map(({ processes }) => processes.map(({ command }) => command))
  return trees.reduce((most, each) => (each.length > most.length ? each : most), [] as readonly string[])
}

/** More than half of the others are the same program again. */
const SAME_SHARE = 0.5

const startsItself: KnownFailure = {
  id: 'starts-itself',
  title:
    'It starts itself over and over: what it takes for an interpreter, or for a worker, is its own file.',
  clauses: ['start/bounded-tree'],
  sources: [
    'https://github.com/pyinstaller/pyinstaller/issues/4157',
    'https://github.com/marcelotduarte/cx_Freeze/issues/351',
    'https://github.com/DataDog/datadog-sync-cli/pull/259',
  ],
  fix: {
    any: 'In a packed program its own file is no interpreter: tell by an argument, as the first thing of all, that this one is a worker, and run nothing else then.',
    node: 'process.execPath is your app: use a worker thread instead of fork(), or `if (process.argv.includes("--worker")) runWorker(); else runServer()`.',
    bun: 'process.execPath is your app: use a Worker, or set BUN_BE_BUN=1 for a child that has to be Bun itself.',
    python:
      'multiprocessing.freeze_support() as the first statement under `if __name__ == "__main__":`, before heavy imports; sys.executable is your app.',
  },
  recognise(scene) {
    const crowd = crowdOf(scene)
    const file = scene.life === null ? '' : (firstEvent(scene.life, 'launch')?.file ?? '')
    const same = crowd.filter(command => file !== '' && command.includes(file))
    if (crowd.length < 2 || same.length <= SAME_SHARE * crowd.length) return null
    return { evidence: [`${same.length} of ${crowd.length} processes are ${printable(file)}`] }
  },
}

const tooMany: KnownFailure = {
  id: 'too-many-processes',
  title: 'It starts more processes than its contract allows: a pool, or helpers that start helpers.',
  clauses: ['start/bounded-tree'],
  sources: ['https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor'],
  fix: {
    any: 'Bound the pool (half of the cores, and no more than eight), start workers when there is work, and use threads for what waits. Where it has to be so many: `budgets.processes`.',
    python:
      'ProcessPoolExecutor(max_workers=4) and `uvicorn --workers 1`: by itself a pool takes a process for each core.',
    node: 'cluster and piscina take a worker for each core: bound them.',
  },
  recognise: scene => ({ evidence: [scene.finding.observed, ...countsOf(crowdOf(scene))] }),
}

function countsOf(commands: readonly string[]): readonly string[] {
  const groups = [...Map.groupBy(commands, command => command.split(' ')[0] ?? '')]
  return groups.map(([program, all]) => `${all.length} × ${printable(program)}`)
}

export const startTreeFailures: readonly KnownFailure[] = [startsItself, tooMany]
