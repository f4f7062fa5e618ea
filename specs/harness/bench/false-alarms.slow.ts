import { expect, test } from 'vitest'
import { FALSE_ALARMS } from '../../../harness/bench/metrics.ts'
import { judgeMachines, manyTurns } from './machines.ts'

const ROUNDS = 1000

test.each([
  ['the same machine', 1],
  ['one that has become slower', 1.3],
])(
  'a binary that has not changed is called worse or better by chance alone, on %s',
  { timeout: 300_000 },
  (_what, machine) => {
    let alarms = 0
    for (let round = 0; round < ROUNDS; round++) {
      const found = Object.values(judgeMachines(manyTurns(), { machine }))
      if (found.includes('worse') || found.includes('better')) alarms++
    }
    // 1 in the mean, and more than 5 once in a thousand seeds.
    expect(ROUNDS * FALSE_ALARMS).toBe(1)
    expect(alarms).toBeLessThanOrEqual(5)
  },
)
