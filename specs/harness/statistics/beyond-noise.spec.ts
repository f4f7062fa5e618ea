import { describe, expect, test } from 'vitest'
import { compareSamples, type Threshold } from '../../../harness/statistics/beyond-noise.ts'
import { type Counts, tellApart } from '../../../harness/statistics/counts.ts'
import { makeRandom } from '../random.ts'

const THRESHOLD: Threshold = { alpha: 0.001, least: 5, leastShare: 0.05 }

/** Repeatable: by chance alone, one of a thousand seeds would be one too many. */
const FIXED_SEED = 20_261_122

const random = makeRandom(FIXED_SEED)
const uniform = () => (random(1_000_000) + 0.5) / 1_000_000
/** A start: most are about as long, and some take much longer. */
const aTime = (ms: number) => ms * (1 + 0.03 * -Math.log(uniform())) + (random(20) === 0 ? ms * uniform() : 0)
const times = (count: number, ms = 100) => Array.from({ length: count }, () => aTime(ms))

describe('a difference is beyond the noise', () => {
  test('where the sides hardly overlap and it is large enough', () => {
    const { finding, shift, p, from, to } = compareSamples(times(12, 100), times(12, 130), THRESHOLD)

    expect(finding).toBe('beyond')
    expect(p).toBeLessThan(0.001)
    expect(shift?.estimate).toBeGreaterThan(20)
    expect(shift?.estimate).toBeLessThan(45)
    expect([from?.count, to?.count]).toEqual([12, 12])
  })

  test.each<[string, readonly number[], readonly number[], string]>([
    ['too small to be noticed', steps(12, 100), steps(12, 104.8), 'slight'],
    ['a share too small of much', steps(12, 1000), steps(12, 1040), 'slight'],
    ['just large enough', steps(12, 100), steps(12, 105.2), 'beyond'],
    ['the other way', steps(12, 130), steps(12, 100), 'beyond'],
    ['told by too few lives', steps(6, 100), steps(6, 200), 'too few'],
    ['nothing at all', [], steps(12, 100), 'too few'],
    ['no larger than the spread', steps(12, 100, 5), steps(12, 103, 5), 'within'],
    ['large, and still no larger than the spread', steps(12, 100, 5), steps(12, 110, 5), 'unclear'],
    ['values that are all the same', Array(12).fill(7), Array(12).fill(7), 'within'],
  ])('and otherwise is not: %s', (_what, from, to, finding) => {
    expect(compareSamples(from, to, THRESHOLD).finding).toBe(finding)
  })

  test('no more often than once in a thousand times where there is none', { timeout: 60_000 }, () => {
    const ANY_SIZE: Threshold = { alpha: 0.001, least: 0, leastShare: 0 }
    const ROUNDS = 20_000
    let alarms = 0
    for (let round = 0; round < ROUNDS; round++) {
      if (compareSamples(times(12), times(12), ANY_SIZE).finding === 'beyond') alarms++
    }
    // 20 are allowed in the mean. Of an exact test some 18 are to be expected, and more than 34 once in a thousand seeds.
    expect(alarms).toBeGreaterThan(3)
    expect(alarms).toBeLessThanOrEqual(34)
  })
})

describe('what comes and goes', () => {
  const ALPHA = 0.0005
  const always: Counts = { from: Array(12).fill(1), to: Array(12).fill(1) }
  const never: Counts = { from: Array(12).fill(1), to: Array(12).fill(0) }
  const twice: Counts = { from: Array(12).fill(1), to: Array(12).fill(2) }
  const seldom: Counts = { from: [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0], to: Array(12).fill(0) }
  const almost: Counts = { from: [...Array(11).fill(1), 0], to: Array(12).fill(0) }

  test('is told where it comes in every life of one side, and not as often in those of the other', () => {
    expect(tellApart([always, never, seldom, twice, almost], ALPHA)).toEqual([never, twice, almost])
  })

  test('is told of however much of it there is', () => {
    expect(tellApart(Array(3000).fill(never), ALPHA)).toHaveLength(3000)
  })

  test('is not told by too few lives', () => {
    expect(tellApart([{ from: Array(7).fill(1), to: Array(7).fill(0) }], ALPHA)).toEqual([])
    expect(tellApart([{ from: Array(8).fill(1), to: Array(8).fill(0) }], ALPHA)).toHaveLength(1)
    expect(tellApart([], ALPHA)).toEqual([])
  })

  test('is told by mistake no more often than once in two thousand times', { timeout: 60_000 }, () => {
    const ROUNDS = 1000
    let alarms = 0
    for (let round = 0; round < ROUNDS; round++) {
      // Lines that come in a tenth, in two tenths, … of all lives, and some that always come.
      const lines = Array.from({ length: 200 }, (_, index): Counts => {
        const comes = () => (random(10) <= index % 10 ? 1 : 0)
        return { from: Array.from({ length: 12 }, comes), to: Array.from({ length: 12 }, comes) }
      })
      if (tellApart(lines, ALPHA).length > 0) alarms++
    }
    // 0.5 are allowed in the mean, and more than 4 once in five thousand seeds. With all of alpha for each there are 7.
    expect(alarms).toBeLessThanOrEqual(4)
  })
})

/** So many values about this one, evenly spread. */
function steps(count: number, about: number, spread = 0.1): number[] {
  return Array.from({ length: count }, (_, index) => about + spread * (index - count / 2))
}
