import type { Contract, StopRequest, StopSignal } from '../contract/contract.ts'
import { eventsOf } from '../recording/query.ts'
import type { EventOf, LifeEvent, LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { describeUnderWay } from './under-way.ts'

/** What it is asked to stop by. */
export type WayOfStopping = StopSignal | 'SIGHUP' | StopRequest

/** What counts as a clean end. */
export type CleanExits = readonly (number | NodeJS.Signals)[]

export function acceptedAfter(way: WayOfStopping, { stop }: Contract): CleanExits {
  return stop.accept[typeof way === 'string' ? way : 'requested']
}

/** `SIGTERM`, `POST /shutdown`: to be read after "after". */
export function nameOf(way: WayOfStopping): string {
  if (typeof way === 'string') return way
  if (way.kind === 'http') return `${way.method} ${way.path}`
  return way.kind === 'line' ? `the line "${printable(way.text)}" on its stdin` : 'the end of its stdin'
}

/** When it was asked to stop, in this way; undefined where it never was. */
export function findDemand(life: LifeRecording, way: WayOfStopping): LifeEvent | undefined {
  return life.events.find(event => {
    if (typeof way === 'string') return event.type === 'signal' && event.signal === way
    if (way.kind === 'http') return event.type === 'request' && event.purpose === 'stop'
    return event.type === 'stdin' && event.what === (way.kind === 'line' ? 'line' : 'closed')
  })
}

/** That it was still there when the time for its exit was over. */
export function findDeadline(life: LifeRecording): EventOf<'deadline'> | undefined {
  return eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'exit')
}

/**
 * Signals that came on top of the first, while there was still somebody to get them. What is sent once the time is over
 * is no part of it any more.
 */
export function furtherSignals(life: LifeRecording, asked: LifeEvent): EventOf<'signal'>[] {
  const end = findDeadline(life)?.atMs ?? Infinity
  return eventsOf(life, 'signal').filter(
    event => event !== asked && event.delivered && event.atMs >= asked.atMs && event.atMs < end,
  )
}

/** What was going on when it was told to stop, and what came on top, where that is what it is judged for. */
export function describeCircumstances(life: LifeRecording, asked: LifeEvent | undefined): string {
  const held = eventsOf(life, 'held-open').filter(({ error }) => error === null)
  const kinds = [...new Set(held.map(({ connection }) => connection))].join(', ')
  const count = held.length === 1 ? 'a connection' : `${held.length} connections`
  const further = asked === undefined ? [] : furtherSignals(life, asked)
  const closesPipes = eventsOf(life, 'stream-reading').some(({ what }) => what === 'closed')
  const parts = [
    ...further.map(({ signal, atMs }) => `and ${signal} ${duration(atMs - (asked?.atMs ?? 0))} later`),
    ...(held.length === 0 ? [] : [`with ${count} open (${kinds})`]),
    ...(closesPipes ? ['its pipes closed by its parent'] : []),
    ...(asked === undefined ? [] : describeUnderWay(life, asked.atMs)),
  ]
  return parts.map(part => `, ${part}`).join('') + (parts.length === 0 ? '' : ',')
}

/** What it said to the request that it should have heeded. */
export function describeAnswer(life: LifeRecording, way: WayOfStopping): string {
  if (typeof way === 'string' || way.kind !== 'http') return ''
  const asked = eventsOf(life, 'request').find(({ purpose }) => purpose === 'stop')
  const response = eventsOf(life, 'response').find(({ request }) => request === asked?.request)
  if (response !== undefined) return `, which it answered with ${response.status}`
  const failure = eventsOf(life, 'request-failed').find(({ request }) => request === asked?.request)
  return failure === undefined ? '' : `, which got no answer (${printable(failure.message)})`
}
