import { describe, expect, test } from 'vitest'
import type { LifeFacts } from '../../../harness/compare/life-facts.ts'
import {
  compareMeasures,
  differencesIn,
  FALSE_ALARMS,
  LEAST_LIVES,
  LOOKS,
  needsMore,
} from '../../../harness/compare/measures.ts'
import { makeRandom } from '../random.ts'

/* What is measured of lives, as `compare` looks at it: once, and up to two times more where it cannot tell. */

/** Repeatable: by chance alone, one of a thousand seeds would be one too many. */
const random = makeRandom(1_122_334)
const uniform = () => (random(1_000_000) + 0.5) / 1_000_000

/** A life on a machine on which every fifth is late, some of them by far. */
function aLife(startMs: number, mib: number): LifeFacts {
  const lateMs = uniform() < 0.2 ? 200 * -Math.log(uniform()) : 0
  const announcedMs = startMs * (1 + 0.1 * uniform()) + lateMs
  return {
    id: 'plain',
    announcedMs,
    readyMs: announcedMs + 3 + 2 * uniform(),
    stopMs: 5 + 20 * uniform() ** 4,
    residentBytes: Math.round(mib * 256 * (1 + 0.02 * uniform())) * 4096,
    ...{ stdout: {}, stderr: {}, examples: {}, isCut: false, listeners: null, health: null },
  }
}

/** Looks at two sides until it can tell. */
function compareLives(old: () => LifeFacts, now: () => LifeFacts) {
  const sides = { old: [] as LifeFacts[], now: [] as LifeFacts[] }
  for (let look = 1; ; look++) {
    for (let life = 0; life < 15; life++) {
      sides.old.push(old())
      sides.now.push(now())
    }
    const measures = compareMeasures({ lives: sides.old }, { lives: sides.now })
    if (look === LOOKS || !needsMore(measures)) return { differences: differencesIn(measures), look }
  }
}

describe('what is measured', () => {
  test('is told apart by mistake no more often than it may', { timeout: 120_000 }, () => {
    const ROUNDS = 2000
    const same = () => aLife(100, 50)
    let alarms = 0
    let looks = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { differences, look } = compareLives(same, same)
      if (differences.length > 0) alarms++
      looks += look
    }
    // Half of the false alarms are left to lines and listeners: 1 in the mean, and more than 5 once in a thousand seeds.
    expect((ROUNDS * FALSE_ALARMS) / 2).toBe(1)
    expect(alarms).toBeLessThanOrEqual(5)
    // Where there is nothing to see it mostly sees that at once.
    expect(looks / ROUNDS).toBeLessThan(1.5)
  })

  test('is told apart where it differs by a third, also on such a machine', () => {
    const found = Array.from({ length: 60 }, () =>
      compareLives(
        () => aLife(100, 50),
        () => aLife(133, 70),
      ).differences.map(({ kind, subject }) => `${kind} ${subject}`),
    )
    const all = ['regression announced', 'regression ready', 'regression memory']
    const whole = found.filter(those => all.every(each => those.includes(each)))

    expect(whole.length).toBeGreaterThanOrEqual(59)
  })

  test('is not told by fewer lives than could show it', () => {
    const few = Array.from({ length: LEAST_LIVES - 1 }, () => aLife(100, 50))
    const [measure] = compareMeasures({ lives: few }, { lives: few.map(() => aLife(1000, 50)) })

    expect(measure).toMatchObject({ metric: 'announcedMs', finding: 'too few' })
    expect(LEAST_LIVES).toBe(9)
  })
})
