import type { Listener } from '../host/host.ts'
import { errorLineOf } from '../recording/error-line.ts'
import { eventsOf, exitedByItself, firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording, Line, StreamName } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { placeOf } from './announced.ts'

/** Said of a stream in a sentence: its end is where programs say why they gave up. */
const LAST_LINES = 3

/** The line between quotation marks, safe to print. */
export function quote(line: Line | string): string {
  const text = typeof line === 'string' ? line : line.text
  return text === '' ? 'an empty line' : `"${printable(text)}"`
}

/** `1 line`, `3 lines`, `3 more lines`. */
export function countLines(count: number, which = ''): string {
  return `${count} ${which}${count === 1 ? 'line' : 'lines'}`
}

/** What a sidecar last said on a stream, or an honest word that it said nothing. Later than `untilMs` is not told. */
export function lastWords(life: LifeRecording, stream: StreamName, untilMs: number = Infinity): string {
  const lines = life[stream].lines.filter(({ atMs, text }) => atMs <= untilMs && text.trim() !== '')
  const last = lines.slice(-LAST_LINES)
  if (last.length === 0) return `${stream} stayed empty`
  const error = errorLineOf(lines)
  // Behind the reason stands a stack, and its end is a bracket.
  const words =
    error === null || last.includes(error)
      ? last.map(quote)
      : [quote(error), '…', ...last.slice(1 - LAST_LINES).map(quote)]
  return `its last words on ${stream}: ${words.join(' ')}`
}

/** How it ended, so that three different things never read alike: by itself, by a signal, as if by one. */
export function ending(life: LifeRecording): string {
  const exit = firstEvent(life, 'exit')
  if (exit === null) return 'it never exited'
  if (exit.signal !== null) return `${exit.signal} killed it`
  return `it exited with code ${exit.code}`
}

/** Why a life never became ready, in one sentence. */
export function whyNotReady(life: LifeRecording): string {
  const failure = firstEvent(life, 'launch-failed')
  if (failure !== null) return `it could not be launched: ${printable(failure.message)}`
  const announcement = firstEvent(life, 'announcement')
  const listeners = firstEvent(life, 'listeners')?.listeners
  const deadline = firstEvent(life, 'deadline')
  const exit = firstEvent(life, 'exit')
  // Who says nothing on stderr may have said it on the wrong stream; the announcement alone explains nothing.
  const talked = life.stdout.lines.some(({ reading }) => reading.kind !== 'announcement')
  const words = lastWords(life, life.stderr.bytes === 0 && talked ? 'stdout' : 'stderr')
  const said =
    announcement === null ? 'with nothing announced' : `after it had announced ${placeOf(announcement)}`
  if (exit !== null && (deadline === null || exit.atMs < deadline.atMs)) {
    return `${ending(life)}, ${duration(sinceLaunch(life, exit.atMs))} after its launch, ${said}; ${words}`
  }
  if (deadline?.waitedFor === 'health') {
    const last = eventsOf(life, 'request-failed').at(-1)
    const problem = last === undefined ? '' : ` (${printable(last.message)})`
    const where = listeners === undefined ? '' : `; it listens on ${sockets(listeners) || 'nothing'}`
    const place = announcement === null ? 'nothing' : placeOf(announcement)
    return `it announced ${place}, and no good answer came within ${duration(deadline.budgetMs)}${problem}${where}; ${words}`
  }
  const listening =
    listeners === undefined
      ? ''
      : listeners.length === 0
        ? ', and nothing listens'
        : `, though it listens on ${sockets(listeners)}`
  return `nothing was announced within ${duration(deadline?.budgetMs ?? 0)}${listening}${nearMiss(life)}${tooLate(life)}; ${words}`
}

/** What came of one that was waited for after its time. */
function tooLate(life: LifeRecording): string {
  const announced = firstEvent(life, 'announcement')
  if (announced !== null) {
    return `; it announced ${placeOf(announced)} only ${duration(sinceLaunch(life, announced.atMs))} after its launch`
  }
  const exit = exitedByItself(life)
  return exit === null ? '' : `; ${ending(life)} ${duration(sinceLaunch(life, exit.atMs))} after its launch`
}

/** A line that was all but the announcement explains more than that there was none. */
function nearMiss(life: LifeRecording): string {
  const [line] = [...life.stdout.lines, ...life.stderr.lines].filter(
    ({ reading }) => reading.kind === 'near-miss',
  )
  return line?.reading.kind === 'near-miss'
    ? `; ${quote(line)} is not the announcement: ${printable(line.reading.why)}`
    : ''
}

/** When that was known: at the failed launch, the exit or the deadline, whichever came first. */
export function unreadyAtMs(life: LifeRecording): number {
  const end = life.events.find(
    ({ type }) => type === 'launch-failed' || type === 'exit' || type === 'deadline',
  )
  return end?.atMs ?? life.events[0]?.atMs ?? 0
}

/** `127.0.0.1:41234`, `[::1]:41234`; a socket of the file system has no port. */
export function socket({
  address,
  port,
}: {
  readonly address: string
  readonly port: number | null
}): string {
  if (port === null) return address
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

export function sockets(listeners: readonly Listener[]): string {
  return listeners.map(socket).join(', ')
}
