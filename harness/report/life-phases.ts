import { firstDemand, firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'

/** In the order in which a life goes through them; some lives skip some. */
export const LIFE_PHASES = ['starting', 'answering', 'serving', 'stopping', 'gone'] as const

export type LifePhaseName = (typeof LIFE_PHASES)[number]

/** What each of them is, in a few words. */
export const PHASE_WORDS: Readonly<Record<LifePhaseName, string>> = {
  starting: 'launched, not announced yet',
  answering: 'announced, no good answer yet',
  serving: 'ready',
  stopping: 'asked to stop, not gone yet',
  gone: 'exited; what it left is looked for',
}

/** A stretch of a life; times from its launch. */
export interface LifePhase {
  readonly name: LifePhaseName
  readonly fromMs: number
  readonly toMs: number
}

/** The stretches of a life, without gaps from its launch to its end. */
export function phasesOf(life: LifeRecording): readonly LifePhase[] {
  const endMs = sinceLaunch(life, life.events.at(-1)?.atMs ?? 0)
  const begins: readonly (readonly [LifePhaseName, { readonly atMs: number } | null])[] = [
    ['starting', life.events[0] ?? null],
    ['answering', firstEvent(life, 'announcement')],
    ['serving', firstEvent(life, 'ready')],
    ['stopping', firstDemand(life)],
    ['gone', firstEvent(life, 'exit') ?? firstEvent(life, 'launch-failed')],
  ]
  const ordered = begins
    .flatMap(([name, event]) =>
      event === null
        ? []
        : [{ name, fromMs: sinceLaunch(life, event.atMs), rank: LIFE_PHASES.indexOf(name) }],
    )
    .sort((a, b) => a.fromMs - b.fromMs || a.rank - b.rank)
  // One that announces after it was asked to stop is stopping still.
  const entered = ordered.filter(({ rank }, index) =>
    ordered.slice(0, index).every(before => before.rank < rank),
  )
  return entered.map(({ name, fromMs }, index) => ({
    name,
    fromMs,
    toMs: entered[index + 1]?.fromMs ?? endMs,
  }))
}
