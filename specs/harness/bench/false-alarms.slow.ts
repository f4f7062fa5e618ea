import { expect, test } from 'vitest'
import { FALSE_ALARMS } from '../../../harness/bench/metrics.ts'
import { judgeMachines, judgeWandering, manyTurns } from './machines.ts'

const ROUNDS = 1000

test.each([
  ['the same machine', () => judgeMachines(manyTurns(), {})],
  ['one that has become slower', () => judgeMachines(manyTurns(), { machine: 1.3 })],
  ['one that wanders, in turns with the older binary', () => judgeWandering({})],
])(
  'a binary that has not changed is called worse or better by chance alone, on %s',
  { timeout: 300_000 },
  (_what, judge) => {
    let alarms = 0
    for (let round = 0; round < ROUNDS; round++) {
      const found = Object.values(judge())
      if (found.includes('worse') || found.includes('better')) alarms++
    }
    // 1 in the mean, and more than 5 once in a thousand seeds.
    expect(ROUNDS * FALSE_ALARMS).toBe(1)
    expect(alarms).toBeLessThanOrEqual(5)
  },
)
