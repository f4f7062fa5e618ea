import { eventsOf } from './query.ts'
import type { EventOf, LifeRecording, RequestPurpose } from './recording.ts'

/** One request and what came of it. */
export interface Exchange {
  readonly request: EventOf<'request'>
  /** Null when no connection was made. */
  readonly connected: EventOf<'connected'> | null
  readonly response: EventOf<'response'> | null
  readonly failure: EventOf<'request-failed'> | null
}

/** The requests that were sent for these purposes, in their order, each with what came of it. */
export function exchangesOf(life: LifeRecording, ...purposes: RequestPurpose[]): readonly Exchange[] {
  const isOf = (request: EventOf<'request'>) => purposes.includes(request.purpose)
  return eventsOf(life, 'request')
    .filter(isOf)
    .map(request => {
      const ofIt = <T extends { readonly request: number }>(events: readonly T[]): T | null =>
        events.find(event => event.request === request.request) ?? null
      return {
        request,
        connected: ofIt(eventsOf(life, 'connected')),
        response: ofIt(eventsOf(life, 'response')),
        failure: ofIt(eventsOf(life, 'request-failed')),
      }
    })
}
