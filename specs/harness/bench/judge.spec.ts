import { describe, expect, test } from 'vitest'
import { judgeTurns } from '../../../harness/bench/judge.ts'
import { ALPHA, LEAST_RUNS, type Metric } from '../../../harness/bench/metrics.ts'
import type { Turn } from '../../../harness/bench/sample.ts'
import { leastSamples } from '../../../harness/statistics/rank-test.ts'
import {
  BINARY,
  judgeMachines,
  judgeWandering,
  manyTurns,
  ofAnotherDay,
  turnsOnWandering,
} from './machines.ts'

/*
 * What is measured now against a baseline: in turns with its binary, or with a program beside it that shows how quick the
 * machine is.
 */

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
    const few = leastSamples(ALPHA) - 1
    const slower = judgeTurns(ofAnotherDay(manyTurns({}, few)), manyTurns({ startMs: 900 }, few))
    expect(new Set(slower.map(({ finding }) => finding))).toEqual(new Set(['too few']))
    const [announced] = judgeTurns(
      ofAnotherDay(manyTurns({}, LEAST_RUNS)),
      manyTurns({ startMs: 900 }, LEAST_RUNS),
    )
    expect(announced).toMatchObject({ metric: 'announcedMs', finding: 'worse' })
  })

  test('what neither has is not judged, and what only one has is no finding', () => {
    const without = (turn: Turn, metric: Metric): Turn => ({
      ...turn,
      sidecar: { ...turn.sidecar, [metric]: null },
    })
    const silent = manyTurns().map(turn => without(turn, 'healthMs'))
    expect(judgeTurns(ofAnotherDay(silent), silent).map(({ metric }) => metric)).not.toContain('healthMs')
    const [found] = judgeTurns(ofAnotherDay(silent), manyTurns()).filter(
      ({ metric }) => metric === 'healthMs',
    )
    expect(found).toMatchObject({ finding: 'too few', plain: { shift: null } })
  })
})

describe('in turns with the older binary', () => {
  test('one that has not changed is the same, however the machine wanders', () => {
    for (let round = 0; round < 15; round++) {
      const found = Object.values(judgeWandering({}))
      expect(found).not.toContain('worse')
      expect(found).not.toContain('better')
      expect(found).not.toContain('machine')
    }
  })

  test.each([
    ['slower to start by 15 %', { startMs: 115 }, ['announcedMs', 'readyMs'], 'worse'],
    ['quicker to start by 20 %', { startMs: 80 }, ['announcedMs', 'readyMs'], 'better'],
    ['larger in memory', { mib: 54 }, ['residentBytes'], 'worse'],
  ] as const)('one that is %s is told on a machine that wanders', (_what, now, metrics, finding) => {
    for (let round = 0; round < 8; round++) {
      const found = judgeWandering(now)
      for (const metric of metrics) expect(found[metric]).toBe(finding)
    }
  })

  test('no yardstick has a say', () => {
    // By its yardsticks, which were lived for the next baseline, the machine would be the slow one.
    const [slow] = manyTurns({ machine: 3 }, 1)
    const turns = turnsOnWandering({ startMs: 200 }).map(turn => ({
      ...turn,
      yardstick: slow?.yardstick ?? null,
    }))

    const found = judgeTurns(BINARY, turns)

    expect(found.find(({ metric }) => metric === 'readyMs')).toMatchObject({
      finding: 'worse',
      byYardstick: null,
      plain: { from: { count: turns.length }, to: { count: turns.length } },
    })
  })

  test('a turn in which the older one did not become ready says nothing', () => {
    const turns = turnsOnWandering({ startMs: 200 })
    const some = turns.map((turn, index) => (index < 20 ? turn : { ...turn, before: null }))
    const few = turns.map((turn, index) => (index < LEAST_RUNS - 1 ? turn : { ...turn, before: null }))

    const readyOf = (given: readonly Turn[]) =>
      judgeTurns(BINARY, given).find(({ metric }) => metric === 'readyMs')

    expect(readyOf(some)).toMatchObject({
      finding: 'worse',
      plain: { from: { count: 20 }, to: { count: 20 } },
    })
    expect(readyOf(few)).toMatchObject({ finding: 'too few' })
  })
})
