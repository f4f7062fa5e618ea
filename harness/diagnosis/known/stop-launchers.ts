import { firstEvent } from '../../recording/query.ts'
import { describeLeft, leftoversOf } from '../family.ts'
import { hangOf, listensStill, stateOf } from '../hanging.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import {
  deathBySignal,
  describeDeath,
  endOf,
  isLauncher,
  leaderOf,
  serversOf,
  signalToldBy,
  whenOf,
} from '../stopping.ts'
import { EVERY_STOP } from './stop-clauses.ts'

/* What is launched is a shell or a wrapper, and serves nothing itself: each way in which that keeps a stop from the server. */

export const launcherDies: KnownFailure = {
  id: 'launcher-dies-of-signal',
  title:
    'What is launched is a launcher (a shell, a wrapper): the signal kills it, and the server behind it hears nothing.',
  clauses: EVERY_STOP,
  sources: ['https://veithen.io/2014/11/16/sigterm-propagation.html'],
  fix: {
    any: 'In a shell script start the server by `exec server "$@"`: it takes the place of the shell, and gets the signals itself. A launcher that has to stay passes SIGTERM, SIGINT and SIGHUP on, waits for its child, and ends with the code of that.',
    node: 'Without a shell (`shell: true`, `npm run`): `const child = spawn(server, args, { stdio: "inherit" })`, `process.on(signal, () => child.kill(signal))` for each signal, and `child.on("exit", code => process.exit(code ?? 1))`.',
    python:
      'Replace the launcher: `os.execv(server, [server, *args])`. Or keep its `Popen`, `send_signal()` in a handler, and end with `sys.exit(process.wait())`.',
  },
  recognise(scene) {
    const end = deathBySignal(scene)
    if (end === null || !(isLauncher(end.life) || isShellScript(scene))) return null
    const why = isShellScript(scene)
      ? 'the file is a shell script'
      : 'another process than the launched one listens on its port'
    return { evidence: [why, describeDeath(end)] }
  },
}

function isShellScript({ evidence: { artifact } }: Scene): boolean {
  const words = `${artifact.interpreter?.path ?? ''} ${artifact.interpreter?.argument ?? ''}`
  return artifact.format === 'script' && /(^|\/|\s)(ba|da|z|k|a)?sh(\s|$)/.test(words)
}

export const launcherReports: KnownFailure = {
  id: 'launcher-reports-a-signal',
  title:
    'A launcher (a shell, a wrapper) reports that the server behind it has died of the signal, and nobody handled that.',
  clauses: EVERY_STOP,
  sources: ['https://veithen.io/2014/11/16/sigterm-propagation.html'],
  fix: {
    any: 'Give the server a handler that ends with 0, and let it take the place of its launcher: `exec server "$@"`. A launcher that has to stay waits for its child and ends with the code of that.',
  },
  recognise(scene) {
    const end = endOf(scene)
    const number = signalToldBy(end?.exit.code ?? null)
    if (end === null || number === null || !isLauncher(end.life)) return null
    return {
      evidence: [
        `it exited with ${end.exit.code} (128 + ${number}), ${whenOf(end)}`,
        'another process than the launched one listens on its port',
      ],
    }
  },
}

export const launcherKeeps: KnownFailure = {
  id: 'launcher-keeps-the-signal',
  title:
    'What is launched is a launcher (a shell, a wrapper): it keeps the signal to itself, and waits for the server behind it, which hears nothing.',
  clauses: EVERY_STOP,
  sources: ['https://veithen.io/2014/11/16/sigterm-propagation.html'],
  fix: {
    any: 'Start the server by `exec`, in the place of its launcher. A launcher that has to stay passes each signal on to its child by its process id; a shell runs a trap only when the command in its foreground has ended, so `server & wait`.',
    node: 'process.on(signal, () => child.kill(signal)) for SIGTERM, SIGINT and SIGHUP, and `child.on("exit", code => process.exit(code ?? 1))`; spawn without `shell: true`.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop?.signal == null || !isLauncher(stop.life) || listensStill(stop) === false) return null
    return { evidence: ['another process than the launched one listens on its port', ...stateOf(stop)] }
  },
}

export const serverOutlives: KnownFailure = {
  id: 'server-outlives-its-launcher',
  title:
    'What is launched is a launcher: it ends on the signal, and the server that it has started serves on.',
  clauses: ['stop/no-orphans', 'stop/frees-port'],
  sources: [
    'https://veithen.io/2014/11/16/sigterm-propagation.html',
    'https://github.com/tauri-apps/tauri/issues/14360',
  ],
  fix: {
    any: 'Let the server take the place of its launcher: `exec server "$@"`. Or let that pass each signal on to its child, wait for it, and end with its code.',
    node: '`const child = spawn(server, args, { stdio: "inherit" })`, `process.on(signal, () => child.kill(signal))`, and `child.on("exit", code => process.exit(code ?? 1))`; no `shell: true`, no `npm run`.',
    python:
      'os.execv() in the place of subprocess.run(); a one-file PyInstaller binary passes signals on by itself, `uvicorn --reload` and `--workers` do.',
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    if (left === null || !left.hasServer) return null
    const leader = leaderOf(left.life)
    const own = leader !== null && serversOf(left.life).some(({ pid }) => pid === leader)
    if (own) return null
    return { evidence: [...describeLeft(left), 'it is who listened on the announced port'] }
  },
}

export const serverSurvives: KnownFailure = {
  id: 'server-survives-the-kill',
  title:
    'What is launched is a launcher: killed outright it cannot pass that on, and the server behind it serves on.',
  clauses: ['stop/killed'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/14360',
    'https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html',
  ],
  fix: {
    any: 'Let the server take the place of its launcher (`exec`). Where that has to stay, let the server look after it: a parent id that changes, or the end of a pipe that the launcher holds open to it; on Linux PR_SET_PDEATHSIG, on Windows a job object with KILL_ON_JOB_CLOSE.',
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    return left === null || !left.hasServer
      ? null
      : { evidence: [...describeLeft(left), 'it is who listened on the announced port'] }
  },
}

export const launcherOrphaned: KnownFailure = {
  id: 'parent-death-stays-with-the-launcher',
  title:
    'Its parent is gone; nobody of what it consists of, a launcher and the server behind it, looks after that.',
  clauses: ['stop/parent-death'],
  sources: ['https://github.com/tauri-apps/tauri/issues/11686'],
  fix: {
    any: 'The launcher, whose parent the app is, looks after that and ends the server; the server looks after the launcher. Better: let the server take the place of its launcher (`exec`), and look after its parent itself.',
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    const itself = life === null ? undefined : firstEvent(life, 'found-behind-parent')?.process
    if (left === null || itself === undefined || !left.hasServer || left.processes.length < 2) return null
    const server = left.processes.find(({ pid, parentPid }) => pid !== itself.pid && parentPid === itself.pid)
    return server === undefined ? null : { evidence: describeLeft(left) }
  },
}
