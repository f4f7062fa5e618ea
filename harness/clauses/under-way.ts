import { eventsOf } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'

/** A request that a scenario had under way when it told the sidecar to stop, and what came of it. */
export interface RequestUnderWay {
  readonly request: EventOf<'request'>
  readonly end: EventOf<'response'> | EventOf<'request-failed'> | null
}

export function requestsUnderWay(life: LifeRecording): readonly RequestUnderWay[] {
  const ends = [...eventsOf(life, 'response'), ...eventsOf(life, 'request-failed')]
  return eventsOf(life, 'request')
    .filter(({ purpose }) => purpose === 'under way')
    .map(request => ({ request, end: ends.find(end => end.request === request.request) ?? null }))
}

/** `GET /slow`: safe to print. */
export function describeRequest({ method, path }: EventOf<'request'>): string {
  return `${method} ${printable(path)}`
}

/** `with GET /slow and 6 × GET /health under way`, of those that had neither ended by then nor begun later; or nothing. */
export function describeUnderWay(life: LifeRecording, atMs: number): readonly string[] {
  const open = requestsUnderWay(life).filter(
    ({ request, end }) => request.atMs <= atMs && (end === null || end.atMs >= atMs),
  )
  if (open.length === 0) return []
  const counts = [...Map.groupBy(open, ({ request }) => describeRequest(request))].map(([what, those]) =>
    those.length === 1 ? what : `${those.length} × ${what}`,
  )
  return [`with ${counts.join(' and ')} under way`]
}
