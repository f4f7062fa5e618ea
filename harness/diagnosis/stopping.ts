import type { Connection, Listener, ProcessInfo } from '../host/host.ts'
import { eventsOf, firstDemand, firstEvent } from '../recording/query.ts'
import type { EventOf, LifeEvent, LifeRecording, Line } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import type { Scene } from './known-failure.ts'

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

/** The stop of a sidecar that was still there when its time was over. */
export function hangOf(scene: Pick<Scene, 'life'>): Stop | null {
  const stop = stopOf(scene)
  if (stop === null || (stop.exit !== null && stop.exit.atMs < stop.asked.atMs)) return null
  return stop.late !== null || stop.exit === null ? stop : null
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
  const usual = new Set(evidence.lives.flatMap(saidBefore))
  const until = late?.atMs ?? Infinity
  return linesIn(life)
    .filter(({ atMs, text }) => atMs > asked.atMs && atMs <= until && !usual.has(shapeOf(text)))
    .map(({ text }) => printable(text))
}

function saidBefore(life: LifeRecording): readonly string[] {
  const until = firstDemand(life)?.atMs ?? Infinity
  const lines = linesIn(life).filter(({ atMs }) => atMs < until)
  return lines.map(({ text }) => shapeOf(text))
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

/** Whether it still listened on its port when its time was over; null where nobody could look. */
export function listensStill({ life, hang }: Stop): boolean | null {
  if (hang === null) return null
  const port = firstEvent(life, 'announcement')?.port
  return hang.listeners.some(listener => listener.port === port)
}

/** Whether the signal by which it was told had still not been taken when its time was over: it blocks that. */
export function isPending({ life, signal, hang }: Stop): boolean {
  const leader = hang?.activity?.processes.find(({ pid }) => pid === leaderOf(life))
  if (signal === null) return false
  return leader?.pending.includes(signal.signal) ?? false
}

/** Connections of clients that were still open when its time was over. */
export function clientsOf({ life, hang }: Stop): readonly Connection[] {
  const port = firstEvent(life, 'announcement')?.port
  return connectionsOf(hang).filter(each => each.port === port)
}

/** Connections of its own to others. */
export function outgoingOf({ life, hang }: Stop): readonly Connection[] {
  const port = firstEvent(life, 'announcement')?.port
  return connectionsOf(hang).filter(each => each.port !== port)
}

function connectionsOf(hang: EventOf<'hang'> | null): readonly Connection[] {
  return hang?.activity?.connections.filter(({ state }) => state !== 'closing') ?? []
}

/** What it had started, and that was still there when its time was over. */
export function childrenOf({ life, hang }: Stop): readonly ProcessInfo[] {
  const leader = leaderOf(life)
  return hang?.processes.filter(({ pid }) => pid !== leader) ?? []
}

/** What it was doing when its time was over, in a few words each. */
export function stateOf(stop: Stop): readonly string[] {
  const { hang, life } = stop
  if (hang === null) return []
  const listens =
    listensStill(stop) === true
      ? 'it still listened on its port'
      : 'nothing of it listened on its port any more'
  const leader = hang.activity?.processes.find(({ pid }) => pid === leaderOf(life))
  const threads = leader === undefined || leader.threads === 1 ? '' : `, ${leader.threads} threads`
  const waits =
    leader?.waitsIn == null ? [] : [`its main thread waited in the kernel's ${leader.waitsIn}${threads}`]
  return [listens, ...waits]
}
