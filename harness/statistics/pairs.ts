import { doubledRanks } from './rank-test.ts'
import { medianOfSorted, type Shift } from './shift.ts'

/** What one turn showed of two: first of the older one. */
export type Pair = readonly [number, number]

/**
 * The two-sided p-value of Wilcoxon's signed-rank test, exact also where differences are tied: of all ways to swap the two
 * sides of each pair, how many part them as far as they were found, or further. What a machine does to both sides of a pair
 * is no part of their difference, so it tells smaller ones than a test of two heaps. Pairs that differ in nothing say
 * nothing. (F. Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1, 1945; as in E. L. Lehmann,
 * Nonparametrics, 1975, 3.1 and 3.2.)
 */
export function signedRankTest(pairs: readonly Pair[]): number {
  const differences = pairs.map(([from, to]) => to - from).filter(difference => difference !== 0)
  if (differences.length === 0) return 1
  const ranks = doubledRanks(differences.map(Math.abs))
  const sum = ranks.reduce((total, rank, index) => total + ((differences[index] ?? 0) > 0 ? rank : 0), 0)
  const all = ranks.reduce((total, rank) => total + rank, 0)
  // Swapping every pair mirrors it: both tails are alike.
  const extreme = Math.min(sum, all - sum)
  return Math.min(1, 2 * chanceOfAtMost(chancesOfSums(ranks), extreme))
}

/** How many pairs are the least with which this test can come to such a p-value at all. */
export function leastPairs(alpha: number): number {
  return Math.ceil(1 - Math.log2(alpha))
}

/**
 * The Hodges-Lehmann estimate for pairs: the median of the means of any two differences. Its interval holds every shift
 * that the signed-rank test would not refuse at `alpha` (J. W. Tukey's, as in Lehmann 1975, 4.4).
 */
export function estimatePairedShift(pairs: readonly Pair[], alpha: number): Shift {
  const differences = pairs.map(([from, to]) => to - from)
  const means = differences.flatMap((one, index) => differences.slice(index).map(other => (one + other) / 2))
  means.sort((a, b) => a - b)
  const chances = chancesOfSums(differences.map((_, index) => index + 1))
  let [outside, below] = [0, chances[0] ?? 0]
  while (below <= alpha / 2) {
    outside++
    below += chances[outside] ?? 0
  }
  const [low, high] = [means[outside - 1], means[means.length - outside]]
  return {
    estimate: medianOfSorted(means),
    interval: low === undefined || high === undefined ? null : [low, high],
  }
}

/** `chances[s]`: how likely it is that the ranks of those that go one way add up to s, where each goes as a coin falls. */
function chancesOfSums(ranks: readonly number[]): Float64Array {
  const chances = new Float64Array(ranks.reduce((total, rank) => total + rank, 0) + 1)
  chances[0] = 1
  let highest = 0
  for (const rank of ranks) {
    highest += rank
    for (let sum = highest; sum >= 0; sum--) {
      chances[sum] = ((chances[sum] ?? 0) + (sum >= rank ? (chances[sum - rank] ?? 0) : 0)) / 2
    }
  }
  return chances
}

function chanceOfAtMost(chances: Float64Array, most: number): number {
  return chances.slice(0, most + 1).reduce((total, chance) => total + chance, 0)
}
