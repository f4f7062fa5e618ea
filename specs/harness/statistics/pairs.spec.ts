import { describe, expect, test } from 'vitest'
import { comparePairs } from '../../../harness/statistics/beyond-noise.ts'
import {
  estimatePairedShift,
  leastPairs,
  type Pair,
  signedRankTest,
} from '../../../harness/statistics/pairs.ts'
import { makeRandom, SEED } from '../random.ts'

/** Depression before and after a tranquilizer (Hollander and Wolfe, Nonparametric Statistical Methods, 3.1). */
const PATIENTS: readonly Pair[] = [
  [1.83, 0.878],
  [0.5, 0.647],
  [1.62, 0.598],
  [2.48, 2.05],
  [1.68, 1.06],
  [1.88, 1.29],
  [1.55, 1.06],
  [3.06, 3.14],
  [1.3, 1.29],
]

/** By going through every way to swap the sides of each pair. */
function byEverySwap(pairs: readonly Pair[]): number {
  const differences = pairs.map(([from, to]) => to - from).filter(difference => difference !== 0)
  const sizes = differences.map(Math.abs)
  const ranks = sizes.map(size => {
    const less = sizes.filter(other => other < size).length
    const same = sizes.filter(other => other === size).length
    return less + (same + 1) / 2
  })
  const found = sumWhere(ranks, index => (differences[index] ?? 0) > 0)
  let [low, high] = [0, 0]
  for (let swap = 0; swap < 2 ** ranks.length; swap++) {
    const sum = sumWhere(ranks, index => (swap >> index) % 2 === 1)
    if (sum <= found) low++
    if (sum >= found) high++
  }
  return Math.min(1, (2 * Math.min(low, high)) / 2 ** ranks.length)
}

function sumWhere(ranks: readonly number[], isIn: (index: number) => boolean): number {
  return ranks.reduce((total, rank, index) => total + (isIn(index) ? rank : 0), 0)
}

function pairs(count: number, shift: number): readonly Pair[] {
  return Array.from({ length: count }, (_, index) => [100 + index, 100 + index + shift * (1 + index / 1000)])
}

describe('the signed-rank test', () => {
  test("gives the exact p-value of a textbook's pairs", () => {
    // Both tails of the sum 5 of nine pairs: 10 of 512 ways each.
    expect(signedRankTest(PATIENTS)).toBeCloseTo(20 / 512, 12)
  })

  test(`gives what every way to swap the sides gives, whatever is tied (seed ${SEED})`, () => {
    const random = makeRandom()
    for (let round = 0; round < 40; round++) {
      const some = Array.from({ length: 1 + random(10) }, () => [random(8), random(8)] as const)
      expect(signedRankTest(some), JSON.stringify(some)).toBeCloseTo(byEverySwap(some), 12)
      expect(signedRankTest(some.map(([a, b]) => [b, a]))).toBeCloseTo(signedRankTest(some), 12)
    }
  })

  test('finds nothing where nothing differs, and nothing where there is nothing', () => {
    expect(signedRankTest(pairs(30, 0))).toBe(1)
    expect(signedRankTest([])).toBe(1)
  })

  test.each([
    [0.05, 6],
    [0.001, 11],
    [1 / 18_000, 16],
  ])('comes to %d with %i pairs, and with no fewer', (alpha, least) => {
    expect(leastPairs(alpha)).toBe(least)
    expect(signedRankTest(pairs(least, 5))).toBeLessThanOrEqual(alpha)
    expect(signedRankTest(pairs(least - 1, 5))).toBeGreaterThan(alpha)
  })

  test('is exact for as many as anybody lives', () => {
    expect(signedRankTest(pairs(600, 5))).toBeLessThan(1e-100)
  })
})

describe('the shift of pairs', () => {
  test("is that of a textbook's, with its interval", () => {
    const { estimate, interval } = estimatePairedShift(PATIENTS, 0.04)
    expect(estimate).toBeCloseTo(-0.46, 2)
    expect(interval?.[0]).toBeCloseTo(-0.786, 3)
    expect(interval?.[1]).toBeCloseTo(-0.01, 3)
  })

  test('has no interval where these are too few to say', () => {
    expect(estimatePairedShift(pairs(5, 5), 0.01).interval).toBeNull()
  })
})

describe('a difference in turns', () => {
  const threshold = { alpha: 1 / 18_000, least: 5, leastShare: 0.05 }
  /** A machine that becomes twice as slow on the way, and is late by a tenth now and then. */
  const onWorsening = (share: number): readonly Pair[] => {
    const random = makeRandom(77)
    return Array.from({ length: 30 }, (_, turn) => {
      const life = (ms: number) => ms * (1 + turn / 30) * (1 + random(100) / 1000)
      return [life(100), life(100 * share)]
    })
  }

  test('is told where the machine differs by more than the two', () => {
    expect(comparePairs(onWorsening(1.15), threshold)).toMatchObject({ finding: 'beyond' })
    expect(comparePairs(onWorsening(0.85), threshold)).toMatchObject({ finding: 'beyond' })
  })

  test('is not told where there is none, or one that is too small to matter', () => {
    expect(comparePairs(onWorsening(1), threshold)).toMatchObject({ finding: 'within' })
    expect(comparePairs(pairs(30, 3), threshold)).toMatchObject({ finding: 'slight' })
  })

  test('is not asked of too few', () => {
    expect(comparePairs(pairs(15, 50), threshold)).toMatchObject({ finding: 'too few' })
    expect(comparePairs([], threshold)).toMatchObject({ finding: 'too few', shift: null })
  })
})
