import type { SignalHandling } from '../host/host.ts'
import { sinceLaunch } from '../recording/query.ts'
import type { EventOf, LifeEvent, LifeRecording, StreamName } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'

/** One thing that happened in a life, in a few words. */
export interface TimelineEntry {
  readonly sinceLaunchMs: number
  /** `stderr`, `SIGTERM`, `exit`: what kind of thing it is. */
  readonly what: string
  /** Printable, on one line. */
  readonly text: string
}

/** What fits on a screen below an assertion that failed. */
const MOST_ENTRIES = 40
/** How it came up tells less than how it ended: more is kept of the end. */
const KEPT_OF_BEGINNING = 12
const INDENT = '    '

/** What happened in a life, in its order: launched, said, asked, answered, signalled, ended. */
export function timelineOf(life: LifeRecording): readonly TimelineEntry[] {
  const told = life.events.flatMap(event => {
    const entry = describeEvent(event, life)
    return entry === null ? [] : [{ atMs: event.atMs, ...entry }]
  })
  const isEnd = ({ what }: Told) => what === 'exit' || what === 'left'
  // Of what is seen in one moment the end comes last: what was written was written before it.
  const lines = [...linesOf(life, 'stdout'), ...linesOf(life, 'stderr')]
  return [...told.filter(entry => !isEnd(entry)), ...lines, ...told.filter(isEnd)]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, what, text }) => ({ sinceLaunchMs: sinceLaunch(life, atMs), what, text }))
}

/** A timeline as lines below each other; the middle of a long one is left out, and told. */
export function renderTimeline(life: LifeRecording, mostEntries: number = MOST_ENTRIES): string {
  const entries = timelineOf(life)
  const omitted = entries.length - mostEntries
  const beginning = omitted > 0 ? entries.slice(0, KEPT_OF_BEGINNING) : entries
  const end = omitted > 0 ? entries.slice(KEPT_OF_BEGINNING - mostEntries) : []
  const shown = [...beginning, ...end]
  const times = shown.map(({ sinceLaunchMs }) => `+${duration(sinceLaunchMs)}`)
  const timeWidth = Math.max(...times.map(time => time.length))
  const whatWidth = Math.max(...shown.map(({ what }) => what.length))
  const lines = shown.map(({ what, text }, index) =>
    `${INDENT}${(times[index] ?? '').padStart(timeWidth)}  ${what.padEnd(whatWidth)}  ${text}`.trimEnd(),
  )
  if (omitted > 0) lines.splice(beginning.length, 0, `${INDENT}… ${omitted} more …`)
  return lines.join('\n')
}

function linesOf(
  life: LifeRecording,
  stream: StreamName,
): (Omit<TimelineEntry, 'sinceLaunchMs'> & { atMs: number })[] {
  return life[stream].lines.map(({ atMs, text }) => ({ atMs, what: stream, text: printable(text) }))
}

type Told = Omit<TimelineEntry, 'sinceLaunchMs'>

/** What an event is in a life's story; null for what it does not need. */
export function describeEvent(event: LifeEvent, life: Pick<LifeRecording, 'events'>): Told | null {
  switch (event.type) {
    case 'launch':
      return { what: 'launch', text: printable([event.file, ...event.args].join(' ')) }
    case 'launched':
      return { what: 'launched', text: `pid ${event.pid}` }
    case 'launch-failed':
      return { what: 'failed', text: `it could not be launched: ${printable(event.message)}` }
    case 'announcement':
      return { what: 'announced', text: printable(event.socket ?? `port ${event.port}`) }
    case 'ready':
      return { what: 'ready', text: '' }
    case 'request':
      return { what: event.method, text: `${printable(event.path)} → ${answerTo(event, life)}` }
    case 'stdin':
      return { what: 'stdin', text: event.what === 'closed' ? 'closed' : 'a line written' }
    case 'signal':
      return {
        what: event.signal,
        text: event.delivered
          ? `sent${HANDLING[event.handling ?? 'unknown']}`
          : 'sent to nobody: it was gone',
      }
    case 'deadline':
      return {
        what: 'waited',
        text: `${duration(event.budgetMs)} for ${WAITED_FOR[event.waitedFor]}, in vain`,
      }
    case 'killed':
      return { what: 'killed', text: `by the harness: ${printable(event.why)}` }
    case 'exit':
      return {
        what: 'exit',
        text: event.signal === null ? `code ${event.code}` : `killed by ${event.signal}`,
      }
    case 'leftovers': {
      const those = event.processes.map(({ pid, command }) => `${pid} (${printable(command)})`)
      return those.length === 0 ? null : { what: 'left', text: `still alive: ${those.join(', ')}` }
    }
    default:
      return null
  }
}

const HANDLING: Record<SignalHandling | 'unknown', string> = {
  caught: ', to a handler of its own or of its runtime',
  default: ', and nothing handles it',
  ignored: ', and it ignores it',
  blocked: ', and it blocks it',
  unknown: '',
}

const WAITED_FOR: Record<EventOf<'deadline'>['waitedFor'], string> = {
  announcement: 'its announcement',
  health: 'a good answer',
  exit: 'its exit',
  tree: 'its tree to be gone',
}

function answerTo({ request, atMs }: EventOf<'request'>, { events }: Pick<LifeRecording, 'events'>): string {
  const end = events.find(
    event => (event.type === 'response' || event.type === 'request-failed') && event.request === request,
  )
  if (end?.type === 'response') return `${end.status} after ${duration(end.atMs - atMs)}${wordsOf(end)}`
  if (end?.type === 'request-failed') return `no answer: ${printable(end.message)}`
  return 'no answer yet'
}

/** Of an answer that refuses, what it says: a server's own words explain a failure best. */
function wordsOf({ status, body }: EventOf<'response'>): string {
  return status < 400 || body.trim() === '' ? '' : `: ${printable(body.trim())}`
}
