import { constants } from 'node:os'
import type { Listener } from '../host/host.ts'
import { eventsOf, firstDemand, firstEvent } from '../recording/query.ts'
import type { EventOf, LifeEvent, LifeRecording, Line } from '../recording/recording.ts'
import type { RuntimeState } from '../recording/runtime-state.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import type { Scene } from './known-failure.ts'
import { runtimeStateOf } from './runtime-words.ts'

/** How a life was told to stop, and how that went: what an autopsy of a stop begins with. */
export interface Stop {
  readonly life: LifeRecording
  /** The first signal or request by which it was told. */
  readonly asked: LifeEvent
  /** That signal; null where it was told in another way. */
  readonly signal: EventOf<'signal'> | null
  /** `SIGTERM`, or what else it was told by. */
  readonly way: string
  readonly exit: EventOf<'exit'> | null
  /** It was still there when the time for its exit was over. */
  readonly late: EventOf<'deadline'> | null
  /** What it was doing then, where that could be seen. */
  readonly hang: EventOf<'hang'> | null
  /** What its runtime said of itself, right before it was killed. */
  readonly runtime: RuntimeState | null
}

/** Null where nobody had told it to stop, or there is no life. */
export function stopOf({ life }: Pick<Scene, 'life'>): Stop | null {
  const asked = life === null ? null : firstDemand(life)
  if (life === null || asked === null) return null
  const late = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'exit') ?? null
  return {
    life,
    asked,
    signal: asked.type === 'signal' ? asked : null,
    way: wayOf(asked),
    exit: firstEvent(life, 'exit'),
    late,
    runtime: runtimeStateOf(life),
    hang: late === null ? null : (eventsOf(life, 'hang').find(({ atMs }) => atMs >= late.atMs) ?? null),
  }
}

function wayOf(asked: LifeEvent): string {
  if (asked.type === 'signal') return asked.signal
  if (asked.type === 'request') return `${asked.method} ${printable(asked.path)}`
  return asked.type === 'stdin' && asked.what === 'line' ? 'the line on its stdin' : 'the end of its stdin'
}

/** The stop of a sidecar that did end in time; null where it did not, or had ended before. */
export function endOf(scene: Pick<Scene, 'life'>): (Stop & { readonly exit: EventOf<'exit'> }) | null {
  const stop = stopOf(scene)
  if (stop === null || stop.exit === null || stop.late !== null || stop.exit.atMs < stop.asked.atMs)
    return null
  return { ...stop, exit: stop.exit }
}

/** Milliseconds from the first word to its end. */
export function stopTimeOf({ asked, exit, late }: Stop): number {
  return (exit ?? late ?? asked).atMs - asked.atMs
}

/** `2.1 ms after SIGTERM`. */
export function whenOf(stop: Stop): string {
  return `${duration(stopTimeOf(stop))} after ${stop.way}`
}

/**
 * What it wrote once it had been told, on any stream, and in no life before that: a sign that a handler ran. A line on
 * the last request can be read, or written, a moment after the signal.
 */
export function wordsAfter(
  { life, asked, late }: Stop,
  { evidence }: Pick<Scene, 'evidence'>,
): readonly string[] {
  const until = late?.atMs ?? Infinity
  const after = linesIn(life).filter(({ atMs }) => atMs > asked.atMs && atMs <= until)
  // What is held is what this life said: all lives together can have said very much.
  const unusual = new Set(after.map(({ text }) => shapeOf(text)))
  for (const each of evidence.lives) {
    if (unusual.size === 0) return []
    for (const { text } of saidBefore(each)) unusual.delete(shapeOf(text))
  }
  return after.filter(({ text }) => unusual.has(shapeOf(text))).map(({ text }) => printable(text))
}

function saidBefore(life: LifeRecording): readonly Line[] {
  const until = firstDemand(life)?.atMs ?? Infinity
  return linesIn(life).filter(({ atMs }) => atMs < until)
}

function linesIn({ stderr, stdout }: LifeRecording): readonly Line[] {
  return [...stderr.lines, ...stdout.lines]
    .filter(({ reading, text }) => reading.kind === 'other' && text.trim() !== '')
    .toSorted((a, b) => a.atMs - b.atMs)
}

/** A line without what differs each time that it is written: times, ids, amounts. */
function shapeOf(text: string): string {
  return text.replace(/\S*\d\S*/g, '#')
}

/** The pid of what was launched; null where it could not be. */
export function leaderOf(life: LifeRecording): number | null {
  return firstEvent(life, 'launched')?.pid ?? null
}

/** Who listened on the announced port while it was well: the leader of a launcher does not. */
export function serversOf(life: LifeRecording): readonly Listener[] {
  const port = firstEvent(life, 'announcement')?.port
  return (
    eventsOf(life, 'listeners')
      .at(0)
      ?.listeners.filter(listener => listener.port === port) ?? []
  )
}

/** Whether what was launched serves nothing itself: it has launched the server in its turn. */
export function isLauncher(life: LifeRecording): boolean {
  const leader = leaderOf(life)
  const servers = serversOf(life)
  return leader !== null && servers.length > 0 && servers.every(({ pid }) => pid > 0 && pid !== leader)
}

/** The stop of a sidecar that the signal itself has killed by which it was told; null for every other end. */
export function deathBySignal(scene: Pick<Scene, 'life'>): ReturnType<typeof endOf> {
  const end = endOf(scene)
  return end !== null && end.exit.signal !== null && end.exit.signal === end.signal?.signal ? end : null
}

/** `SIGTERM killed it within 2.1 ms`. */
export function describeDeath(stop: Stop): string {
  return `${stop.way} killed it within ${duration(stopTimeOf(stop))}`
}

/** The number of the signal that an exit code like 143 stands for; null for a code that stands for none of these. */
export function signalToldBy(code: number | null): number | null {
  const { SIGHUP, SIGINT, SIGTERM } = constants.signals
  return [SIGHUP, SIGINT, SIGTERM].find(number => code === 128 + number) ?? null
}
