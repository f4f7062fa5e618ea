import { describe, expect, test } from 'vitest'
import { addUpRun } from '../../../harness/gate/run-verdict.ts'
import { BROKEN, FACTS, type Found, runOf, verdictFor } from '../report/verdicts.ts'

const SOUND: Found = {}
const FAULTY: Found = { found: { 'stop/sigint': BROKEN } }
const INTERRUPTED: Found = { facts: { interrupted: true } }

describe('a run', () => {
  test.each<[string, readonly Found[], string]>([
    ['passes where all do', [SOUND, SOUND], 'pass'],
    ['fails where the last does', [SOUND, FAULTY], 'fail'],
    ['fails where the first does', [FAULTY, SOUND], 'fail'],
    ['is interrupted where one was, whatever came before', [FAULTY, INTERRUPTED], 'interrupted'],
  ])('%s', (_what, sidecars, outcome) => {
    expect(runOf(...sidecars.map(verdictFor)).outcome).toBe(outcome)
  })

  test('adds up clauses and time, and what was done for all', () => {
    const sidecars = [verdictFor(FAULTY), verdictFor({ clauses: ['stop/sigterm'] })]
    const run = addUpRun(sidecars, {
      startedAt: FACTS.startedAt,
      durationMs: 3000,
      phasesBefore: [{ name: 'start', ms: 100 }],
    })

    expect(run.summary).toEqual({ pass: 65, fail: 1, warn: 0, waived: 0, skipped: 0, blocked: 0 })
    expect(run.durationMs).toBe(3000)
    expect(run.phases.map(({ name, ms }) => `${name} ${Math.round(ms)}`)).toEqual([
      'start 100',
      'read the file 69',
      'lives 2400',
    ])
    expect(run.sidecars).toEqual(sidecars)
  })

  test('of nothing is no run', () => {
    expect(() => runOf()).toThrow(RangeError)
  })
})
