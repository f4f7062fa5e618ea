import type { StopSignal } from '../contract/contract.ts'
import type { EventOf, LifeEvent, LifeRecording, Line, StreamName } from './recording.ts'

/** The questions that judges ask of a life. All of them read the recording and nothing else. */

export function eventsOf<T extends LifeEvent['type']>(life: LifeRecording, type: T): EventOf<T>[] {
  return life.events.filter((event): event is EventOf<T> => event.type === type)
}

export function firstEvent<T extends LifeEvent['type']>(life: LifeRecording, type: T): EventOf<T> | null {
  return eventsOf(life, type)[0] ?? null
}

export function isReady(life: LifeRecording): boolean {
  return firstEvent(life, 'ready') !== null
}

/** Milliseconds since the life's launch, for messages: `+123 ms`. */
export function sinceLaunch(life: LifeRecording, atMs: number): number {
  return atMs - (life.events[0]?.atMs ?? atMs)
}

/** It ended before anybody asked it to: no signal of ours came before the exit. */
export function exitedByItself(life: LifeRecording): EventOf<'exit'> | null {
  const exit = firstEvent(life, 'exit')
  const asked = life.events.find(event => event.type === 'signal' || event.type === 'killed')
  return exit !== null && (asked === undefined || asked.atMs > exit.atMs) ? exit : null
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
