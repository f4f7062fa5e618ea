import { describe, expect, test } from 'vitest'
import { leastSamples, rankTest } from '../../../harness/statistics/rank-test.ts'
import { estimateShift } from '../../../harness/statistics/shift.ts'
import { spreadOf } from '../../../harness/statistics/spread.ts'

/** Permeability of a membrane at term, and at 12 to 26 weeks (Hollander and Wolfe, Nonparametric Statistical Methods, 4.1). */
const AT_TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
const EARLIER = [1.15, 0.88, 0.9, 0.74, 1.21]

const OLD = [9.1, 10.3, 11.7, 10.9, 9.8, 12.2, 10.1, 11.1, 9.5, 10.6, 13.4, 10]
const NEW = [11.9, 12.8, 11.3, 14.1, 12.5, 13.9, 10.8, 12, 15.2, 11.6, 12.1, 13]

describe('the rank test', () => {
  // The first of these stands in textbooks; all were computed once more by going through every deal (SciPy 1.17).
  test.each<[string, readonly number[], readonly number[], number]>([
    ["a textbook's values", AT_TERM, EARLIER, 764 / 3003],
    ['three and three that do not overlap', [1, 2, 3], [4, 5, 6], 2 / 20],
    ['nine and nine that do not overlap', range(9), range(9, 100), 2 / 48_620],
    ['two samples of twelve', OLD, NEW, 0.00182977609279938],
    ['values of which some are tied', [1, 2, 2, 3, 3, 4], [2, 3, 4, 4, 5, 5, 6], 104 / 1716],
    ['what came and what did not', [1, 1, 1, 1, 0, 1], [0, 0, 1, 0, 0, 0], 74 / 924],
    ['values that are all the same', [7, 7, 7], [7, 7, 7], 1],
    ['nothing beside something', [], [1, 2], 1],
  ])('gives the exact p-value of %s', (_what, one, other, p) => {
    expect(rankTest(one, other)).toBeCloseTo(p, 12)
    expect(rankTest(other, one)).toBeCloseTo(p, 12)
  })

  test('does not mind the order, the unit, or how far away the farthest is', () => {
    const p = rankTest(OLD, NEW)

    expect(rankTest(OLD.toReversed(), NEW)).toBe(p)
    expect(
      rankTest(
        OLD.map(ms => ms * 1000),
        NEW.map(ms => ms * 1000),
      ),
    ).toBe(p)
    expect(rankTest(OLD, [...NEW.slice(0, 8), 1_000_000, ...NEW.slice(9)])).toBe(p)
  })

  test('is exact for as many as anybody measures', () => {
    expect(rankTest(range(100), range(100, 1000))).toBeGreaterThan(0)
    expect(rankTest(range(100), range(100, 1000))).toBeLessThan(1e-50)
    expect(rankTest(range(60), range(60, 0.5))).toBeGreaterThan(0.5)
  })

  test.each([
    [0.1, 3],
    [0.05, 4],
    [0.001, 7],
    [0.000125, 9],
    [0.0005 / 12, 9],
  ])('comes to %d with %i values on each side, and with no fewer', (alpha, least) => {
    expect(leastSamples(alpha)).toBe(least)
    expect(rankTest(range(least), range(least, 100))).toBeLessThanOrEqual(alpha)
    expect(rankTest(range(least - 1), range(least - 1, 100))).toBeGreaterThan(alpha)
  })
})

describe('the shift', () => {
  test("is the median of all differences, and its interval the rank test's", () => {
    const textbook = estimateShift(EARLIER, AT_TERM, 0.05)
    expect(textbook.estimate).toBeCloseTo(0.305, 9)
    expect(textbook.interval?.[0]).toBeCloseTo(-0.15, 9)
    expect(textbook.interval?.[1]).toBeCloseTo(0.76, 9)

    const twelve = estimateShift(OLD, NEW, 0.05)
    expect(twelve.estimate).toBeCloseTo(1.9, 9)
    expect(twelve.interval?.map(value => Math.round(value * 10) / 10)).toEqual([0.8, 3])
  })

  test('turns round with its sides', () => {
    const [there, back] = [estimateShift(OLD, NEW, 0.001), estimateShift(NEW, OLD, 0.001)]

    expect(back.estimate).toBe(-there.estimate)
    expect(back.interval).toEqual([-(there.interval?.[1] ?? 0), -(there.interval?.[0] ?? 0)])
  })

  test.each([0.05, 0.01, 0.002, 0.001])('leaves 0 out where the test finds a difference at %d', alpha => {
    const [low, high] = estimateShift(OLD, NEW, alpha).interval ?? [0, 0]

    expect(low > 0 || high < 0).toBe(rankTest(OLD, NEW) <= alpha)
  })

  test('has no interval where too few were measured', () => {
    expect(estimateShift([1, 2, 3], [4, 5, 6], 0.05)).toEqual({ estimate: 3, interval: null })
  })
})

test('the spread is told by the median, the quartiles and both ends', () => {
  expect(spreadOf([4, 1, 3, 2, 10])).toEqual({
    ...{ count: 5, least: 1, lowerQuartile: 2, median: 3, upperQuartile: 4, most: 10 },
  })
  expect(spreadOf([1, 2])?.median).toBe(1.5)
  expect(spreadOf([])).toBeNull()
})

function range(length: number, from = 0): number[] {
  return Array.from({ length }, (_, index) => from + index)
}
