import { firstEvent } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import { hangOf, isPending, stateOf } from '../hanging.ts'
import type { KnownFailure } from '../known-failure.ts'
import { isLoop } from '../loop.ts'
import { wordsAfter } from '../stopping.ts'
import { EVERY_STOP } from './stop-clauses.ts'
import { launcherKeeps } from './stop-launchers.ts'
import { stopWaits } from './stop-waits.ts'

const tooLate: KnownFailure = {
  id: 'stops-too-late',
  title: 'It stops cleanly, and after its time is over: by then its app has killed it.',
  clauses: EVERY_STOP,
  sources: ['https://docs.docker.com/reference/cli/docker/container/stop/'],
  fix: {
    any: 'Give what it waits for at its end a shorter limit than its parent gives it: five seconds fit into the usual ten. Or raise `budgets.graceMs` in the contract, where its app waits that long.',
    python: '`uvicorn.Config(…, timeout_graceful_shutdown=5)`; `join(timeout=…)` for threads.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop === null || stop.late === null || stop.exit?.code !== 0) return null
    // Before it is killed its runtime is asked: who ends of that has not ended by itself.
    const asked = firstEvent(stop.life, 'runtime-state')
    if (asked !== null && asked.atMs < stop.exit.atMs) return null
    const tookMs = stop.exit.atMs - stop.asked.atMs
    return {
      evidence: [
        `it exited with 0, ${duration(tookMs)} after ${stop.way}; it had ${duration(stop.late.budgetMs)}`,
      ],
    }
  },
}

const ignored: KnownFailure = {
  id: 'signal-set-to-be-ignored',
  title: 'It has told the system to ignore this signal: no handler of its own ever hears of it.',
  clauses: EVERY_STOP,
  sources: ['https://man7.org/linux/man-pages/man7/signal.7.html'],
  fix: {
    any: "Take out the SIG_IGN (`signal(SIGTERM, SIG_IGN)`, `trap '' TERM` in a script, `nohup`, `&` in a shell without job control): what is ignored is inherited through fork and exec. Install a handler instead.",
    python:
      'Take out `signal.signal(signal.SIGTERM, signal.SIG_IGN)`. What it was launched with stays ignored, too: set a handler all the same.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop?.signal?.handling !== 'ignored') return null
    return {
      evidence: [`when ${stop.way} came, the process had it set to be ignored (SigIgn)`, ...stateOf(stop)],
    }
  },
}

const blocked: KnownFailure = {
  id: 'signal-blocked',
  title: 'It has blocked this signal and does not ask for it: it waits in the kernel for ever.',
  clauses: EVERY_STOP,
  sources: ['https://man7.org/linux/man-pages/man2/sigprocmask.2.html'],
  fix: {
    any: 'Unblock it in the thread that is to handle it (`pthread_sigmask`), or read it there: `sigwait`, `signalfd`. A mask is inherited by threads, children and exec: set it back in each child.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop === null || !isPending(stop)) return null
    return { evidence: [`${stop.way} has come, and still waits to be taken (ShdPnd)`, ...stateOf(stop)] }
  },
}

const spins: KnownFailure = {
  id: 'spins-while-stopping',
  title: 'It turns in a loop, or computes, instead of ending.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/mksglu/context-mode/issues/862'],
  fix: {
    any: 'Look for a loop that waits for a flag without sleeping, and for reads on a closed stdin or socket that come back with nothing, again and again. End it when it is told to stop, or at the end of what it reads.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    if (stop?.hang == null) return null
    const { busy, windowMs, activity } = stop.hang
    const runs = (pid: number) =>
      activity === null || activity.processes.some(each => each.pid === pid && each.state === 'R')
    const spinner = busy.find(each => runs(each.pid) && isLoop(each, windowMs))
    if (spinner === undefined) return null
    const used = `${duration(spinner.cpuMs)} of processor time in ${duration(windowMs)}`
    const slept = spinner.sleeps === undefined ? '' : `, and slept ${spinner.sleeps} times`
    return { evidence: [`process ${spinner.pid} used ${used}${slept}`, ...stateOf(stop)] }
  },
}

const unfinished: KnownFailure = {
  id: 'stop-not-finished',
  title:
    'It has heard that it is to stop and has begun to, and is not done when its time is over; it has not even closed its port.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/architectds/modeldock/pull/27'],
  fix: {
    any: 'Close the port first, then the rest, and give every step a limit of time, five seconds in all. Its last words tell which step it is in. Raise `budgets.graceMs` once to see whether it ends at all.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    const words = stop === null || stop.signal === null ? [] : wordsAfter(stop, scene)
    if (stop === null || words.length === 0 || stop.signal?.handling === 'default') return null
    return { evidence: [`after ${stop.way} it wrote: "${words.at(-1)}"`, ...stateOf(stop)] }
  },
}

const withoutEffect: KnownFailure = {
  id: 'signal-without-effect',
  title: 'It goes on serving as if there had been no signal: its handler does not bring the end about.',
  clauses: EVERY_STOP,
  sources: [
    'https://nodejs.org/api/process.html#signal-events',
    'https://github.com/lukeet332/immich-shared-albums/pull/60',
  ],
  fix: {
    any: "Let the handler end it: close the server, then exit. A handler that only logs, or sets a flag that nobody looks at while it waits, takes the system's own default away and puts nothing in its place.",
    node: "The listener of the signal has to call server.close() and then process.exit(0): with any listener, a logger's too, Node no longer ends by itself.",
    python:
      'The handler runs in the main thread, between two steps of Python: where that waits in a call into C it comes late. Call server.shutdown() from another thread, and let the main one return.',
    jvm: 'System.exit() in a handler of sun.misc.Signal; or take that out, and the shutdown hooks run.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    return stop?.signal == null ? null : { evidence: stateOf(stop) }
  },
}

/** It was still there when its time was over: from the particular to the general. */
export const stopHangs: readonly KnownFailure[] = [
  tooLate,
  ignored,
  blocked,
  spins,
  launcherKeeps,
  ...stopWaits,
  unfinished,
  withoutEffect,
]
