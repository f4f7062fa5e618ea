import type { LifeEvent, LifeRecording } from '../../../harness/recording/recording.ts'
import { idleWindowOf } from '../../../harness/recording/usage.ts'

/** From one moment to another, on the gate's clock. */
interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** How long a gate watches: on purpose, and whatever it could do meanwhile. */
export interface Watching {
  /** While some life was left alone on purpose, or held an answer that its contract calls slow. */
  readonly watchedMs: number
  /** Of that: while no other life was at anything. */
  readonly aloneMs: number
}

export function watchingOf(lives: readonly Pick<LifeRecording, 'events'>[]): Watching {
  const windows = lives.flatMap(({ events }) => windowsOf(events))
  const busy = lives.flatMap(({ events }) => without(livedStretches(events), windowsOf(events)))
  return { watchedMs: total(windows), aloneMs: total(without(windows, busy)) }
}

/** When it was watched on purpose: idle, or while a slow answer was under way. */
function windowsOf(events: readonly LifeEvent[]): readonly Stretch[] {
  const rest = idleWindowOf({ events })
  const idle = rest === null ? [] : [{ fromMs: rest.begin.atMs, toMs: rest.end.atMs }]
  const slow = events.flatMap(event => {
    if (event.type !== 'request' || event.purpose !== 'under way') return []
    const answer = events.find(
      other =>
        (other.type === 'response' || other.type === 'request-failed') && other.request === event.request,
    )
    return answer === undefined ? [] : [{ fromMs: event.atMs, toMs: answer.atMs }]
  })
  return [...idle, ...slow]
}

/** From launch to exit, and from the look at what is left to the end. In between it may wait for others of its scenario. */
function livedStretches(events: readonly LifeEvent[]): readonly Stretch[] {
  const at = (type: LifeEvent['type']) => events.find(event => event.type === type)?.atMs
  const launch = at('launch') ?? 0
  const end = events.at(-1)?.atMs ?? launch
  const exit = at('exit') ?? end
  const look = at('port-freed') ?? exit
  return [
    { fromMs: launch, toMs: exit },
    { fromMs: Math.max(exit, look), toMs: end },
  ]
}

/** What of some stretches is in none of the others. */
function without(some: readonly Stretch[], others: readonly Stretch[]): readonly Stretch[] {
  return others.reduce<readonly Stretch[]>(
    (left, { fromMs, toMs }) =>
      left
        .flatMap(stretch => [
          { fromMs: stretch.fromMs, toMs: Math.min(stretch.toMs, fromMs) },
          { fromMs: Math.max(stretch.fromMs, toMs), toMs: stretch.toMs },
        ])
        .filter(stretch => stretch.toMs > stretch.fromMs),
    some,
  )
}

/** Each moment once, however many stretches it is in. */
function total(stretches: readonly Stretch[]): number {
  let sum = 0
  let covered = Number.NEGATIVE_INFINITY
  for (const { fromMs, toMs } of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    sum += Math.max(0, toMs - Math.max(fromMs, covered))
    covered = Math.max(covered, toMs)
  }
  return sum
}
