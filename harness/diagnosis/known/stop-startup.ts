import { firstEvent, sinceLaunch } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { hangOf, isPending } from '../hanging.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { endOf, type Stop, whenOf } from '../stopping.ts'
import { exceptionAfter } from '../system-errors.ts'

const CLAUSES = ['stop/during-startup'] as const

/** The stop of a sidecar that was not ready yet when the signal came. */
function early<T extends Stop>(stop: T | null): (T & { readonly signal: EventOf<'signal'> }) | null {
  if (stop === null || stop.signal === null) return null
  const ready = firstEvent(stop.life, 'ready')
  return ready !== null && ready.atMs < stop.signal.atMs ? null : { ...stop, signal: stop.signal }
}

function when({ life, signal }: { life: LifeRecording; signal: EventOf<'signal'> }): string {
  return `${signal.signal}, ${duration(sinceLaunch(life, signal.atMs))} after its launch`
}

/** That it went on to start, as if nothing had been. */
function wentOn({ life, signal }: { life: LifeRecording; signal: EventOf<'signal'> }): readonly string[] {
  const announced = firstEvent(life, 'announcement')
  if (announced === null || announced.atMs < signal.atMs) return []
  return [`it announced itself ${duration(announced.atMs - signal.atMs)} after the signal`]
}

const FIRST_OF_ALL = {
  any: 'As the first thing of all install handlers that end it at once with 0: nothing is under way yet. Once it serves they hand over to the orderly stop.',
  node: "A module that is imported first: `let stop = () => process.exit(0)`; `process.on('SIGTERM', () => stop())`, likewise SIGINT; the server sets `stop` to its own once it listens.",
  python:
    '`signal.signal(signal.SIGINT, signal.SIG_DFL)` before the slow imports, SIGTERM is at its default; set the real handlers once there is a server.',
}

const ignoredAtFirst: KnownFailure = {
  id: 'ignores-signals-while-starting',
  title:
    'While it starts it has signals ignored or blocked: one that comes then is lost, and it starts all the same.',
  clauses: CLAUSES,
  sources: ['https://github.com/minio/minio/issues/3154'],
  fix: {
    ...FIRST_OF_ALL,
    any: 'No SIG_IGN and no blocked mask while it starts: leave the default in place, which ends it, until the real handlers are installed. What is blocked for a moment has to be read, or unblocked, afterwards.',
  },
  recognise(scene) {
    const stop = early(hangOf(scene))
    if (stop === null || !(stop.signal.handling === 'ignored' || isPending(stop))) return null
    const how = isPending(stop) ? ', still waits to be taken (ShdPnd)' : ', was ignored (SigIgn)'
    return { evidence: [`${when(stop)}${how}`, ...wentOn(stop)] }
  },
}

const lost: KnownFailure = {
  id: 'early-signal-lost',
  title:
    'A signal that comes while it still starts is taken, and nothing comes of it: it goes on to start, or hangs.',
  clauses: CLAUSES,
  sources: [
    'https://github.com/minio/minio/issues/3154',
    'https://github.com/barkley-assistant/caduceus/pull/278',
  ],
  fix: {
    ...FIRST_OF_ALL,
    any: `${FIRST_OF_ALL.any} A handler that only sets a flag, or stops a server that is not there yet, needs somebody who looks at it while the start is still waiting.`,
  },
  recognise(scene) {
    const stop = early(hangOf(scene))
    if (stop === null) return null
    const caught = stop.signal.handling === 'caught' ? ', was caught by a handler' : ''
    return {
      evidence: [
        `${when(stop)}${caught}`,
        ...wentOn(stop),
        'and it was still running when its time was over',
      ],
    }
  },
}

const fails: KnownFailure = {
  id: 'early-signal-is-an-error',
  title: 'A signal that comes while it still starts makes it exit with a code that says failure.',
  clauses: CLAUSES,
  sources: ['https://github.com/barkley-assistant/caduceus/pull/278'],
  fix: FIRST_OF_ALL,
  recognise(scene) {
    const end = early(endOf(scene))
    if (end === null || end.exit.code === null || exceptionAfter(end.life, end.signal.atMs) !== null)
      return null
    return { evidence: [when(end), `it exited with ${end.exit.code}, ${whenOf(end)}`] }
  },
}

const throws: KnownFailure = {
  id: 'early-signal-throws',
  title: 'Its handler runs before what it wants to close is there, and throws.',
  clauses: CLAUSES,
  sources: ['https://github.com/barkley-assistant/caduceus/pull/278'],
  fix: {
    ...FIRST_OF_ALL,
    any: `${FIRST_OF_ALL.any} Until then a handler may close only what exists: \`server?.close()\`.`,
  },
  recognise(scene: Scene) {
    const end = early(endOf(scene))
    const exception = end === null ? null : exceptionAfter(end.life, end.signal.atMs)
    if (end === null || exception === null) return null
    return { evidence: [when(end), `the exception: ${exception}`] }
  },
}

/** A signal before it is ready: from the particular to the general. */
export const stopsInStartup: readonly KnownFailure[] = [ignoredAtFirst, lost, throws, fails]
