import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import {
  deathBySignal,
  describeDeath,
  endOf,
  type Stop,
  stopTimeOf,
  whenOf,
  wordsAfter,
} from '../stopping.ts'
import { systemErrorIn } from '../system-errors.ts'
import { EVERY_STOP } from './stop-clauses.ts'
import { launcherDies } from './stop-launchers.ts'

const keyboardInterrupt: KnownFailure = {
  id: 'keyboard-interrupt',
  title: 'Python makes a KeyboardInterrupt of SIGINT, in whatever line it is, and nobody caught it.',
  clauses: EVERY_STOP,
  sources: ['https://docs.python.org/3/library/signal.html#note-on-signal-handlers-and-exceptions'],
  fix: {
    any: 'Set a handler of your own: `signal.signal(signal.SIGINT, stop)`, the same as for SIGTERM, and end by `sys.exit(0)` when all is done. With uvicorn override `Server.handle_exit`, which otherwise raises the signal again at the end.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end?.way !== 'SIGINT' || end.exit.code === 0) return null
    const traceback = systemErrorIn(end.life, /^KeyboardInterrupt\b/, end.asked.atMs)
    return traceback === null ? null : { evidence: [`${traceback} on stderr, ${whenOf(end)}`] }
  },
}

const lateHandler: KnownFailure = {
  id: 'handler-installed-late',
  title:
    'Its handler is installed only after it has announced itself: a signal that comes in between kills it.',
  clauses: EVERY_STOP,
  sources: [
    'https://github.com/ingo-eichhorst/Irrlicht/issues/1808',
    'https://github.com/barkley-assistant/caduceus/pull/278',
  ],
  fix: {
    any: 'Install the handlers first of all, before anything is loaded, opened or announced.',
    node: 'Put `process.on("SIGTERM", …)` and `process.on("SIGINT", …)` into a module of their own, and import it first.',
    python: 'Call `signal.signal` at the top of the program, before the slow imports.',
  },
  recognise(scene) {
    const end = deathBySignal(scene)
    const gap = end === null ? null : sinceReady(end.life)
    if (end === null || gap === null || hasHandler(end, scene)) return null
    const later = scene.evidence.lives.find(
      life => life !== end.life && isHandledIn(life, end.way) && (sinceReady(life) ?? 0) > gap,
    )
    if (later === undefined) return null
    return {
      evidence: [
        `${end.way}, sent ${duration(gap)} after it was ready, killed it`,
        `sent ${duration(sinceReady(later) ?? 0)} after it was ready, it was handled`,
      ],
    }
  },
}

/** One of its own: the runtimes that set theirs are others. */
function hasHandler({ signal }: Stop, { runtime }: Scene): boolean {
  return signal?.handling === 'caught' && (runtime === 'python' || runtime === 'jvm')
}

/** How long it had been ready when the signal came; null where it was not. */
function sinceReady(life: LifeRecording): number | null {
  const ready = firstEvent(life, 'ready')
  const sent = firstEvent(life, 'signal')
  return ready === null || sent === null || sent.atMs < ready.atMs ? null : sent.atMs - ready.atMs
}

function isHandledIn(life: LifeRecording, signal: string): boolean {
  const exit = firstEvent(life, 'exit')
  const [sent, ...others] = eventsOf(life, 'signal').filter(({ delivered }) => delivered)
  return sent?.signal === signal && others.length === 0 && exit?.signal === null
}

/** No process that does what it has to at its end is quicker than this; one that dies of the signal nearly always is. */
const HANDLING_MS = 20

const raisedAgain: KnownFailure = {
  id: 'signal-raised-again',
  title:
    'It handles the signal, stops in an orderly way, and then sends itself the same signal again, to die of it.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/Kludex/uvicorn/pull/1600'],
  fix: {
    any: "End with code 0 once all is done. Or, where that is its framework's habit, let the contract allow it: `stop: { accept: { SIGTERM: [0, 'SIGTERM'] } }`.",
    python:
      "uvicorn does so since 0.29: override `handle_exit(self, sig, frame)` of `uvicorn.Server` by `self.should_exit = True`; or let the contract allow it: `stop: { accept: { SIGTERM: [0, 'SIGTERM'] } }`.",
    node: 'The listener ends by `process.kill(process.pid, signal)`, as packages like signal-exit do: end by `process.exit(0)`.',
  },
  recognise(scene) {
    const end = deathBySignal(scene)
    if (end?.signal?.handling !== 'caught') return null
    const words = wordsAfter(end, scene)
    // Python has none unless the program sets one (that for SIGINT prints a traceback); others' runtimes do.
    const isPythons = scene.runtime === 'python'
    if (!isPythons && (words.length === 0 || stopTimeOf(end) < HANDLING_MS)) return null
    const said = words.length === 0 ? [] : [`after ${end.way} it wrote: "${words.at(-1)}"`]
    return { evidence: [`a handler was set for ${end.way}`, ...said, describeDeath(end)] }
  },
}

const noHandler: KnownFailure = {
  id: 'no-signal-handler',
  title:
    'It has no handler for this signal: the system ends it on the spot, and nothing that it would do at its end is done.',
  clauses: EVERY_STOP,
  sources: [
    'https://nodejs.org/api/process.html#signal-events',
    'https://github.com/minio/sidekick/issues/130',
    'https://github.com/hackmdio/codimd/pull/321',
  ],
  fix: {
    any: 'Install one handler for SIGTERM, SIGINT and SIGHUP at the top of the program: stop accepting, answer what is under way, close what is open, exit with 0. In Go `signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)`, in Rust `tokio::signal::unix::signal(SignalKind::terminate())` beside `interrupt()`.',
    node: "for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop), where stop is server.close(() => process.exit(0)). With a listener Node no longer ends by itself.",
    bun: "for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop), where stop awaits server.stop() and then calls process.exit(0).",
    deno: "for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) Deno.addSignalListener(signal, stop), where stop awaits server.shutdown() and then calls Deno.exit(0).",
    python:
      'for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(each, stop). Only SIGINT has a handler by itself, and that raises KeyboardInterrupt.',
    jvm: 'Runtime.getRuntime().addShutdownHook(…) runs on SIGTERM, SIGINT and SIGHUP, unless it is launched with -Xrs.',
  },
  recognise(scene) {
    const end = deathBySignal(scene)
    return end === null ? null : { evidence: [...handlingOf(end, scene), describeDeath(end)] }
  },
}

function handlingOf({ signal, way }: Stop, { runtime }: Scene): readonly string[] {
  if (signal?.handling === 'default') return [`when ${way} came, the process had left it to the system`]
  if (signal?.handling !== 'caught') return []
  return runtime === 'node'
    ? [`the only handler for ${way} was Node's own, which resets the terminal and dies`]
    : [`a handler was set for ${way}, as runtimes set their own, and it did nothing but die`]
}

/** What the signal itself has killed, from the particular to the general. */
export const stopDeaths: readonly KnownFailure[] = [
  keyboardInterrupt,
  launcherDies,
  lateHandler,
  raisedAgain,
  noHandler,
]
