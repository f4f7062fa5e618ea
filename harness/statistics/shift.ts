import { chancesOfWins } from './rank-test.ts'

/** By how much one side lies above another. */
export interface Shift {
  readonly estimate: number
  /** From, to: where it lies with the confidence that was asked for. Null where these are too few values to say. */
  readonly interval: readonly [number, number] | null
}

/**
 * The Hodges-Lehmann estimate of a shift: the median of all differences between a value of one side and one of the
 * other, which a few late lives do not move. Its interval is the one that belongs to the rank test: it holds every
 * shift that the test would not refuse at `alpha`. (J. L. Hodges and E. L. Lehmann, Estimates of location based on rank
 * tests, Annals of Mathematical Statistics 34, 1963; the interval is L. E. Moses', as in Lehmann 1975, 2.6.)
 */
export function estimateShift(from: readonly number[], to: readonly number[], alpha: number): Shift {
  const differences = to.flatMap(value => from.map(before => value - before)).sort((a, b) => a - b)
  const chances = chancesOfWins(from.length, to.length)
  const outside = chances.filter(chance => chance <= alpha / 2).length
  const [low, high] = [differences[outside - 1], differences[differences.length - outside]]
  return {
    estimate: medianOfSorted(differences),
    interval: low === undefined || high === undefined ? null : [low, high],
  }
}

export function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}
