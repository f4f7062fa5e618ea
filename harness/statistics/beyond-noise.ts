import { estimatePairedShift, leastPairs, type Pair, signedRankTest } from './pairs.ts'
import { leastSamples, rankTest } from './rank-test.ts'
import { estimateShift, type Shift } from './shift.ts'
import { type Spread, spreadOf } from './spread.ts'

/** What is asked of a difference before it is called one. */
export interface Threshold {
  /** How often it may be called one where there is none. */
  readonly alpha: number
  /** The smallest shift that anybody would notice, in the unit of the values. */
  readonly least: number
  /** And as a share of what it was. Of both the larger counts. */
  readonly leastShare: number
}

/**
 * `too few`: whatever the values, they could not show it. `within`: they could have come so by chance. `unclear`: so they
 * could, but it looks large enough to matter, and more values may show it. `slight`: it is there, and too small to matter.
 */
export const NOISE_FINDINGS = ['too few', 'within', 'unclear', 'slight', 'beyond'] as const
export type NoiseFinding = (typeof NOISE_FINDINGS)[number]

export interface SampleComparison {
  /** Null where there is no value. */
  readonly from: Spread | null
  readonly to: Spread | null
  /** Null where one side has no value. */
  readonly shift: Shift | null
  /** How often values that differ in nothing would lie apart as far as these. */
  readonly p: number
  readonly finding: NoiseFinding
}

/**
 * Whether what was measured `to`-day differs from what was measured `from` before: beyond the noise is what the rank test
 * would find by chance no more often than `alpha`, whose interval leaves 0 out, and which is large enough to matter.
 */
export function compareSamples(
  from: readonly number[],
  to: readonly number[],
  threshold: Threshold,
): SampleComparison {
  const spreads = { from: spreadOf(from), to: spreadOf(to) }
  if (spreads.from === null || spreads.to === null) {
    return { ...spreads, shift: null, p: 1, finding: 'too few' }
  }
  const shift = estimateShift(from, to, threshold.alpha)
  const p = rankTest(from, to)
  const areFew = Math.min(from.length, to.length) < leastSamples(threshold.alpha)
  return { ...spreads, shift, p, finding: areFew ? 'too few' : find(spreads.from, shift, p, threshold) }
}

/**
 * The same of two that took turns: in each turn both met the same machine, and that is where they differ which is asked, by
 * the signed-rank test.
 */
export function comparePairs(pairs: readonly Pair[], threshold: Threshold): SampleComparison {
  const spreads = { from: spreadOf(pairs.map(([from]) => from)), to: spreadOf(pairs.map(([, to]) => to)) }
  if (spreads.from === null) return { ...spreads, shift: null, p: 1, finding: 'too few' }
  const shift = estimatePairedShift(pairs, threshold.alpha)
  const p = signedRankTest(pairs)
  const areFew = pairs.length < leastPairs(threshold.alpha)
  return { ...spreads, shift, p, finding: areFew ? 'too few' : find(spreads.from, shift, p, threshold) }
}

function find(from: Spread, shift: Shift, p: number, { alpha, least, leastShare }: Threshold): NoiseFinding {
  const matters =
    Math.abs(shift.estimate) >= Math.max(least, leastShare * from.median) && shift.estimate !== 0
  const [low, high] = shift.interval ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const isShown = p <= alpha && (low > 0 || high < 0)
  if (isShown) return matters ? 'beyond' : 'slight'
  return matters ? 'unclear' : 'within'
}
