import type { StopSignal } from '../contract/contract.ts'
import type { Conditions, EventOf, LifeEvent, LifeRecording, Line, StreamName } from './recording.ts'

/** The questions that judges ask of a life. All of them read the recording and nothing else. */

export function eventsOf<T extends LifeEvent['type']>(
  life: Pick<LifeRecording, 'events'>,
  type: T,
): EventOf<T>[] {
  return life.events.filter((event): event is EventOf<T> => event.type === type)
}

export function firstEvent<T extends LifeEvent['type']>(
  life: Pick<LifeRecording, 'events'>,
  type: T,
): EventOf<T> | null {
  return eventsOf(life, type)[0] ?? null
}

export function sameConditions(a: Conditions, b: Conditions): boolean {
  return a.environment === b.environment && a.directory === b.directory
}

export function isReady(life: Pick<LifeRecording, 'events'>): boolean {
  return firstEvent(life, 'ready') !== null
}

/** Milliseconds since the life's launch, for messages: `+123 ms`. */
export function sinceLaunch(life: LifeRecording, atMs: number): number {
  return atMs - (life.events[0]?.atMs ?? atMs)
}

/** When it was first asked to stop: by a signal of ours, or in another way that the contract names. */
export function firstDemand(life: Pick<LifeRecording, 'events'>): LifeEvent | null {
  const isDemand = (event: LifeEvent) =>
    event.type === 'signal' ||
    event.type === 'stdin' ||
    (event.type === 'request' && event.purpose === 'stop')
  return life.events.find(isDemand) ?? null
}

/** It ended before anybody asked it to, and nobody killed it. */
export function exitedByItself(life: LifeRecording): EventOf<'exit'> | null {
  const exit = firstEvent(life, 'exit')
  if (exit === null) return null
  const ends = [firstDemand(life), firstEvent(life, 'killed')]
  return ends.some(end => end !== null && end.atMs <= exit.atMs) ? null : exit
}

/** It ended by itself, of a signal that can be handled or of none: nobody killed it. */
export function endedByItself(life: LifeRecording): boolean {
  const wasKilled = life.events.some(
    event => event.type === 'killed' || (event.type === 'signal' && event.signal === 'SIGKILL'),
  )
  return firstEvent(life, 'exit') !== null && !wasKilled
}

export function linesOf(
  life: LifeRecording,
  kind: Line['reading']['kind'],
  stream: StreamName = 'stdout',
): Line[] {
  return life[stream].lines.filter(line => line.reading.kind === kind)
}

/** From launch to the last process gone. */
export function durationMs(life: LifeRecording): number {
  return sinceLaunch(life, life.events.at(-1)?.atMs ?? 0)
}

/** The signals after which it was still there when the time for its exit was over. */
export function ignoredSignals(life: LifeRecording): StopSignal[] {
  const late = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'exit')
  if (late === undefined) return []
  return eventsOf(life, 'signal')
    .filter(({ atMs }) => atMs <= late.atMs)
    .map(({ signal }) => signal)
    .filter((signal): signal is StopSignal => signal === 'SIGTERM' || signal === 'SIGINT')
}
