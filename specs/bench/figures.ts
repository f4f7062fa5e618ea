import { type Spread, spreadOf } from '../../harness/statistics/spread.ts'
import type { Comparison, Side } from './topic.ts'

/** What a side's samples come to. */
export interface Figures {
  readonly spread: Spread
  /** Against the base of its comparison; null for that one itself, and where it was not measured. */
  readonly ratio: Spread | null
}

/** Null for a side that was not measured. */
export function figuresOf(comparison: Comparison, side: Side): Figures | null {
  const spread = spreadOf(side.samples)
  return spread === null ? null : { spread, ratio: ratioOf(comparison, side) }
}

/**
 * Round by round, and not of the medians: both sides of a round met the same machine. Where a machine gets slower on the
 * way, the ratios stay.
 */
function ratioOf({ base, sides }: Comparison, side: Side): Spread | null {
  const other = sides.find(({ name }) => name === base)
  if (other === undefined || other === side || other.samples.length !== side.samples.length) return null
  return spreadOf(side.samples.map((value, round) => value / (other.samples[round] ?? Number.NaN)))
}
