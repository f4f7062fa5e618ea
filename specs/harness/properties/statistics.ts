import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compareSamples } from '../../../harness/statistics/beyond-noise.ts'
import { rankTest } from '../../../harness/statistics/rank-test.ts'
import { estimateShift } from '../../../harness/statistics/shift.ts'
import { spreadOf } from '../../../harness/statistics/spread.ts'
import { type Property, property } from './property.ts'

/** Whole milliseconds, so that no sum of them is rounded; few different ones, so that many are tied. */
const samples: fc.Arbitrary<readonly number[]> = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 100_000 })),
  { minLength: 1, maxLength: 13 },
)
const sides = fc.tuple(samples, samples)
const ALPHA = 0.01

/** Functions that keep the order of whole numbers, and what is tied. */
const MONOTONE: Readonly<Record<string, (value: number) => number>> = {
  'times 1000': value => value * 1000,
  'plus 17': value => value + 17,
  squared: value => value ** 2,
  logarithm: value => Math.log1p(value),
}

export const STATISTICS: readonly Property[] = [
  property('the rank test is the same with its sides exchanged', sides, ([one, other]) => {
    assert.equal(round(rankTest(one, other)), round(rankTest(other, one)))
  }),
  property('its p-value is a chance', sides, ([one, other]) => {
    const p = rankTest(one, other)
    assert.ok(p > 0 && p <= 1, String(p))
    assert.equal(rankTest(one, one), 1)
  }),
  property(
    'it sees nothing but the order of the values',
    fc.tuple(sides, fc.constantFrom(...Object.keys(MONOTONE))),
    ([[one, other], how]) => {
      const change = MONOTONE[how] ?? Number
      assert.equal(rankTest(one.map(change), other.map(change)), rankTest(one, other))
      // The other way round, what is tied is in the middle of its places as well.
      const turned = [one, other].map(values => values.map(value => -value))
      assert.equal(round(rankTest(turned[0] ?? [], turned[1] ?? [])), round(rankTest(one, other)))
      assert.equal(rankTest(one.toReversed(), other.toSorted()), rankTest(one, other))
    },
  ),
  property(
    'the shift turns round with its sides, and moves with one of them',
    fc.tuple(sides, fc.integer({ min: -1000, max: 1000 })),
    ([[from, to], by]) => {
      const shift = estimateShift(from, to, ALPHA)
      const [back, moved] = [
        estimateShift(to, from, ALPHA),
        estimateShift(
          from,
          to.map(value => value + by),
          ALPHA,
        ),
      ]
      assert.ok(back.estimate === -shift.estimate || back.estimate - shift.estimate === 0)
      assert.equal(moved.estimate, shift.estimate + by)
      if (shift.interval === null) assert.deepEqual([back.interval, moved.interval], [null, null])
      else {
        const [low, high] = shift.interval
        assert.deepEqual(back.interval?.map(plain), [-high, -low].map(plain))
        assert.deepEqual(moved.interval, [low + by, high + by])
        assert.ok(low <= shift.estimate && shift.estimate <= high)
      }
    },
  ),
  property('the interval leaves 0 out only where the test finds a difference', sides, ([from, to]) => {
    const [low, high] = estimateShift(from, to, ALPHA).interval ?? [0, 0]
    // With ties the interval is the wider one: what it finds the test has found.
    const all = new Set([...from, ...to])
    if (all.size === from.length + to.length) {
      assert.equal(low > 0 || high < 0, rankTest(from, to) <= ALPHA)
    }
  }),
  property('a comparison finds the same whichever side comes first', sides, ([from, to]) => {
    const threshold = { alpha: ALPHA, least: 5, leastShare: 0 }
    const [there, back] = [compareSamples(from, to, threshold), compareSamples(to, from, threshold)]
    assert.equal(there.finding, back.finding)
    assert.deepEqual([there.from, there.to], [back.to, back.from])
  }),
  property('the spread is in order, and within its values', samples, values => {
    const spread = spreadOf(values)
    assert.ok(spread !== null)
    const { count, least, lowerQuartile, median, upperQuartile, most } = spread
    const inOrder = [least, lowerQuartile, median, upperQuartile, most]
    assert.deepEqual(
      inOrder,
      inOrder.toSorted((a, b) => a - b),
    )
    assert.deepEqual([count, least, most], [values.length, Math.min(...values), Math.max(...values)])
    assert.deepEqual(spreadOf(values.toReversed()), spread)
  }),
]

/** Sums of the same terms in another order differ in their last digit. */
function round(p: number): number {
  return Number(p.toPrecision(12))
}

/** Without the sign of 0. */
function plain(value: number): number {
  return value + 0
}
