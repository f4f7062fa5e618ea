import { eventsOf, sinceLaunch } from '../recording/query.ts'
import type { LifeEvent, LifeRecording, StreamName } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'
import { describeLook } from './looks.ts'
import { describeEvent, type TimelineEntry } from './timeline.ts'

/** One thing that happened in a life, whatever it was: what a picture of it is drawn from. */
export interface Moment extends TimelineEntry {
  readonly kind: MomentKind
  /** How long it lasted: of a request, until its answer or its failure; null where that never came. */
  readonly lastsMs: number | null
}

/** `bad` is what nobody wants to see: a request without answer, a time that ran out, something left behind. */
export type MomentKind =
  | 'launch'
  | 'announcement'
  | 'ready'
  | 'request'
  | 'bad request'
  | 'demand'
  | 'bad'
  | 'exit'
  | 'look'
  | StreamName

/** Everything that happened in a life, in its order. Where a timeline tells the story, this leaves nothing out. */
export function momentsOf(life: LifeRecording): readonly Moment[] {
  const answers = new Map(
    [...eventsOf(life, 'response'), ...eventsOf(life, 'request-failed')].map(end => [end.request, end]),
  )
  const told = life.events.flatMap((event): readonly (Moment & { readonly atMs: number })[] => {
    const entry = describeEvent(event, life) ?? describeLook(event)
    if (entry === null) return []
    const { atMs } = event
    const end = event.type === 'request' ? answers.get(event.request) : undefined
    return [
      {
        ...{ atMs, sinceLaunchMs: sinceLaunch(life, atMs), ...entry },
        kind: kindOf(event, end?.type === 'response' ? end.status : null),
        lastsMs: end === undefined ? null : end.atMs - atMs,
      },
    ]
  })
  return [...told, ...linesOf(life, 'stdout'), ...linesOf(life, 'stderr')]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs: _, ...moment }) => moment)
}

function linesOf(life: LifeRecording, stream: StreamName): (Moment & { readonly atMs: number })[] {
  return life[stream].lines.map(({ atMs, text }) => ({
    ...{ atMs, sinceLaunchMs: sinceLaunch(life, atMs), kind: stream, what: stream, lastsMs: null },
    text: printable(text),
  }))
}

/** From here on an answer is an error of the server's. */
const SERVER_ERRORS = 500

function kindOf(event: LifeEvent, status: number | null): MomentKind {
  switch (event.type) {
    case 'launch':
    case 'launched':
      return 'launch'
    case 'announcement':
    case 'ready':
    case 'exit':
      return event.type
    case 'request':
      return status === null || status >= SERVER_ERRORS ? 'bad request' : 'request'
    case 'signal':
    case 'stdin':
      return 'demand'
    case 'volley':
      return event.failures.length > 0 ? 'bad request' : 'request'
    case 'raw-exchange':
      return 'request'
    case 'launch-failed':
    case 'deadline':
    case 'killed':
    case 'tree-burst':
    case 'memory-burst':
    case 'lookup-failed':
      return 'bad'
    case 'leftovers':
      return event.processes.length > 0 ? 'bad' : 'look'
    case 'port-freed':
      return event.free ? 'look' : 'bad'
    default:
      return 'look'
  }
}
