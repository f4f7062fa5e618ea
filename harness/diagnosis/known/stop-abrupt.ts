import { describeProcesses } from '../../clauses/leftovers.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import { describeLeft, leftoversOf } from '../family.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { launcherOrphaned, serverSurvives } from './stop-launchers.ts'

const WATCH_PARENT = {
  any: 'Let it look after its parent: when that is gone, or its own stdin is at its end, it stops as on a signal. On Linux and macOS an orphan has another parent id at once; the end of stdin tells it everywhere, where the parent holds a pipe.',
  node: 'const parent = process.ppid; setInterval(() => process.ppid === parent || stop(), 500).unref(). On Windows the ppid stays: `process.kill(parent, 0)` throws once it is gone.',
  bun: 'const parent = process.ppid; setInterval(() => process.ppid === parent || stop(), 500).unref(); `bun --no-orphans` does it from outside.',
  deno: 'const parent = Deno.ppid, and the same look every half second: `Deno.ppid === parent || stop()`, with Deno.unrefTimer().',
  python: 'In a daemon thread: `while os.getppid() == parent: time.sleep(0.5)`, then stop.',
  jvm: 'ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)))',
} as const

const onefile: KnownFailure = {
  id: 'packed-as-two-processes',
  title:
    'It is packed into one file that unpacks and starts itself a second time: a kill reaches the first process, and the second serves on.',
  clauses: ['stop/killed'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/11686',
    'https://pyinstaller.org/en/stable/operating-mode.html#how-the-one-file-program-works',
  ],
  fix: {
    any: 'Pack it so that it runs as one process: a directory instead of one file. Or let the second process look after the first one, its parent, and end with it.',
    python:
      'PyInstaller: `--onedir` is one process. With `--onefile`, in a daemon thread: `while os.getppid() == parent: time.sleep(0.5)`, then stop; the launcher is its parent. Nuitka: `--mode=standalone` instead of `onefile`.',
  },
  recognise(scene) {
    const left = leftoversOf(scene.life)
    if (left === null || !left.hasServer) return null
    const isPacked = scene.evidence.artifact.payload?.runtime === 'pyinstaller' || runsItself(scene)
    return isPacked
      ? { evidence: [...describeLeft(left), 'it runs the same file, and listens on the announced port'] }
      : null
  },
}

/** What is left runs the very file that was launched. */
function runsItself({ life }: Scene): boolean {
  const file = life === null ? undefined : firstEvent(life, 'launch')?.file
  const commands = leftoversOf(life)?.processes.map(({ command }) => command) ?? []
  // A long command line is cut off in the recording.
  return file !== undefined && commands.some(command => command === file || command.startsWith(`${file} `))
}

const workerKilled: KnownFailure = {
  id: 'worker-survives-the-kill',
  title: 'A process that it has started does not notice that it was killed, and lives on.',
  clauses: ['stop/killed'],
  sources: [
    'https://github.com/stemdeckapp/stemdeck/issues/85',
    'https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html',
  ],
  fix: {
    any: 'Nobody can clean up after a SIGKILL, so the child has to see it itself: hold a pipe to its stdin open, and let it end at the end of that. For a program that you cannot change, a small one of yours between the two; on Linux PR_SET_PDEATHSIG, on Windows a job object.',
    node: "Worker threads instead of processes; or `stdio: ['pipe', …]`, and in the child `process.stdin.on('end', () => process.exit()).resume()`.",
    python:
      'Threads; or `stdin=subprocess.PIPE`, and in the child a daemon thread that reads stdin to its end and then calls os._exit(0). A multiprocessing child can wait for `multiprocessing.parent_process().sentinel`.',
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    return { evidence: left === null ? [] : describeLeft(left) }
  },
}

const childOfOrphan: KnownFailure = {
  id: 'worker-survives-the-parent',
  title: 'It ends with its parent, and a process that it has started does not.',
  clauses: ['stop/parent-death'],
  sources: ['https://github.com/tinyhumansai/openhuman/pull/495'],
  fix: {
    any: 'The end of its parent has to lead to the same stop as a signal: signal every child, wait for them, then exit. Or let the children look after it in their turn.',
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    if (life === null || left === null || isItself(life, left.processes)) return null
    return { evidence: describeLeft(left) }
  },
}

const endsLate: KnownFailure = {
  id: 'notices-parent-death-late',
  title: 'It does notice that its parent is gone, and later than its app can wait for it.',
  clauses: ['stop/parent-death'],
  sources: ['https://github.com/tauri-apps/tauri/issues/5576'],
  fix: {
    any: 'Look more often, twice a second costs nothing; and at the end of stdin, which tells it at once.',
  },
  recognise({ life }) {
    if (life === null || leftoversOf(life) !== null) return null
    const killed = eventsOf(life, 'signal').find(({ signal }) => signal === 'SIGKILL')
    const looked = firstEvent(life, 'leftovers')
    const took =
      killed === undefined || looked === null
        ? []
        : [`gone ${duration(looked.atMs - killed.atMs)} after it, at the latest`]
    return { evidence: took }
  },
}

const orphaned: KnownFailure = {
  id: 'never-notices-parent-death',
  title:
    'It does not notice, or not soon enough, that its parent is gone: it serves on, with its port, its locks and its old code.',
  clauses: ['stop/parent-death'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/5576',
    'https://github.com/hurttlocker/o8/pull/724',
    'https://github.com/bloknayrb/tandem/issues/987',
  ],
  fix: WATCH_PARENT,
  recognise({ life }) {
    const left = leftoversOf(life)
    return { evidence: left === null ? [] : [`still running: ${describeProcesses(left.processes)}`] }
  },
}

function isItself(life: NonNullable<Scene['life']>, processes: readonly { pid: number }[]): boolean {
  const itself = firstEvent(life, 'found-behind-parent')?.process
  return processes.some(({ pid }) => pid === itself?.pid)
}

/** Killed outright, or its parent: from the particular to the general. */
export const stopAbrupt: readonly KnownFailure[] = [
  onefile,
  serverSurvives,
  workerKilled,
  childOfOrphan,
  endsLate,
  launcherOrphaned,
  orphaned,
]
