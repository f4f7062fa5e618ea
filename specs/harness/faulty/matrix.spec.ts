import { describe, expect, test } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { hasCompiler, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { judgeFaulty } from './judging.ts'
import { describeMatrix, useBench } from './matrix.ts'
import { everyTime } from './selection.ts'

/*
 * Every clause is proven by a sidecar that breaks it: of the few that are judged here, and in `test:all` of the
 * whole gate, exactly the clauses that it breaks may fail. The same twin with no fault passes everything, so a catch is
 * the fault's.
 */

const bench = useBench()

describe.each(['none', 'sound-native'] as const)('the sound sidecar (%s)', sound => {
  test('passes every clause', { timeout: 120_000 }, async ({ skip }) => {
    skip(sound === 'sound-native' && !(await hasCompiler()), NEEDS_COMPILER)
    const { verdict } = await judgeFaulty(sound, bench().directory, bench().foreign)

    expect(verdict.clauses.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    const judged = verdict.clauses.map(({ id }) => id)
    // The one in C listens on 127.0.0.1 alone, and does not promise more.
    const all = CLAUSE_IDS.filter(id => sound === 'none' || id !== 'net/localhost-reachable')
    expect(judged).toEqual(all)
  })
})

test('every clause has a faulty sidecar that breaks it', () => {
  const proven = new Set(faults.map(({ breaks }) => breaks))

  expect(CLAUSE_IDS.filter(id => !proven.has(id))).toEqual([])
})

describeMatrix(everyTime, bench, 'its own clauses')
