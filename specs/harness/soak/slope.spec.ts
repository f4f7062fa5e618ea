import { expect, test } from 'vitest'
import { growthPerLife, type Sample } from '../../soak/lives/slope.ts'
import { makeRandom } from '../random.ts'

const KIBIBYTE = 1024
/** What two samples of a heap that does not grow differ by. */
const NOISE_BYTES = 200 * KIBIBYTE

/** A heap that is filled while the first lives are lived, and grows by so much with each after that. */
function samplesOf(growth: number): readonly Sample[] {
  const random = makeRandom(growth + 1)
  return Array.from({ length: 40 }, (_, index) => {
    const lives = (index + 1) * 25
    const noise = random(NOISE_BYTES)
    const filled = 4 * 1024 * KIBIBYTE * (1 - Math.exp(-lives / 80))
    // One in ten is far off: something was under way.
    const odd = index % 10 === 7 ? 2 * 1024 * KIBIBYTE : 0
    return { lives, bytes: filled + growth * lives + noise + odd }
  })
}

test.each([0, 10, 100])('a heap that grows by %i KiB a life is said to', growth => {
  const found = growthPerLife(samplesOf(growth * KIBIBYTE)) / KIBIBYTE
  expect(found).toBeGreaterThan(growth - 1)
  expect(found).toBeLessThan(growth + 1)
})

test('what goes up and comes down again does not grow', () => {
  const lives = [10, 20, 30, 40, 50, 60, 70, 80]
  expect(growthPerLife(lives.map((at, index) => ({ lives: at, bytes: index % 2 })))).toBeLessThan(0.1)
})
