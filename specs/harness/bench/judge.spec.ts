import { describe, expect, test } from 'vitest'
import { judgeTurns } from '../../../harness/bench/judge.ts'
import { LEAST_RUNS, type Metric } from '../../../harness/bench/metrics.ts'
import type { Turn } from '../../../harness/bench/sample.ts'
import { judgeMachines, manyTurns } from './machines.ts'

/* What is measured now against a baseline, with a program beside it that shows how quick the machine is. */

describe('against its baseline', () => {
  test.each([
    ['slower', 1.4],
    ['faster', 0.7],
  ])('so is one on a machine that has become %s', (_what, machine) => {
    for (let round = 0; round < 15; round++) {
      const found = judgeMachines(manyTurns(), { machine })
      expect(Object.values(found)).not.toContain('worse')
      expect(Object.values(found)).not.toContain('better')
      expect(found.requestsPerSecond).toBe('machine')
    }
  })

  test.each([
    ['slower to start by 15 %', { startMs: 115 }, ['announcedMs', 'readyMs'], 'worse'],
    ['quicker to start by 20 %', { startMs: 80 }, ['announcedMs', 'readyMs'], 'better'],
    ['slower on a quicker machine', { startMs: 150, machine: 0.9 }, ['announcedMs', 'readyMs'], 'worse'],
    ['larger in memory', { mib: 54 }, ['residentBytes'], 'worse'],
    ['smaller in memory', { mib: 46 }, ['residentBytes'], 'better'],
  ] as const)('one that is %s is told', (_what, now, metrics, finding) => {
    for (let round = 0; round < 8; round++) {
      const found = judgeMachines(manyTurns(), now)
      for (const metric of metrics) expect(found[metric]).toBe(finding)
    }
  })

  test('no difference is found by too few lives, however large it is', () => {
    const slower = judgeTurns(manyTurns({}, LEAST_RUNS - 1), manyTurns({ startMs: 900 }, LEAST_RUNS - 1))
    expect(new Set(slower.map(({ finding }) => finding))).toEqual(new Set(['too few']))
    const [announced] = judgeTurns(manyTurns({}, LEAST_RUNS), manyTurns({ startMs: 900 }, LEAST_RUNS))
    expect(announced).toMatchObject({ metric: 'announcedMs', finding: 'worse' })
  })

  test('what neither has is not judged, and what only one has is no finding', () => {
    const without = (turn: Turn, metric: Metric): Turn => ({
      sidecar: { ...turn.sidecar, [metric]: null },
      yardstick: turn.yardstick,
    })
    const silent = manyTurns().map(turn => without(turn, 'healthMs'))
    expect(judgeTurns(silent, silent).map(({ metric }) => metric)).not.toContain('healthMs')
    const [found] = judgeTurns(silent, manyTurns()).filter(({ metric }) => metric === 'healthMs')
    expect(found).toMatchObject({ finding: 'too few', plain: { shift: null } })
  })
})
