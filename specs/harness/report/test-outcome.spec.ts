import { describe, expect, test } from 'vitest'
import { skipped } from '../../../harness/clauses/clause.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { explainFailure } from '../../../harness/report/explain.ts'
import { testOutcome } from '../../../harness/report/test-outcome.ts'
import { BROKEN, blockedBy, type Found, verdictFor } from './verdicts.ts'

/** What becomes of the test of a clause, and the clause itself as it is told. */
function outcomeOf(id: ClauseId, given: Found, selected?: readonly ClauseId[]) {
  const verdict = verdictFor(given)
  const told = (which: ClauseId) => {
    const clause = verdict.clauses.find(candidate => candidate.id === which)
    if (clause === undefined) throw new Error(`${which} was not judged`)
    return clause
  }
  const all = verdict.clauses.map(clause => clause.id)
  return { outcome: testOutcome(told(id), verdict, new Set(selected ?? all)), told }
}

const STRICT = { facts: { strict: true } }

describe('the test of a clause', () => {
  test('that holds passes, with what was observed', () => {
    expect(outcomeOf('stop/sigint', {}).outcome).toEqual({
      kind: 'pass',
      note: 'as promised',
      isWarning: false,
    })
  })

  test('that failed fails, with the whole explanation', () => {
    const { outcome, told } = outcomeOf('stop/sigint', { found: { 'stop/sigint': BROKEN } })
    expect(outcome).toEqual({ kind: 'fail', message: explainFailure(told('stop/sigint')) })
  })

  test('that is a warning passes with it, and fails under strict', () => {
    const found = { 'logs/on-stderr': BROKEN }
    const { outcome, told } = outcomeOf('logs/on-stderr', { found })
    expect(outcome).toEqual({ kind: 'pass', note: explainFailure(told('logs/on-stderr')), isWarning: true })
    expect(outcomeOf('logs/on-stderr', { found, ...STRICT }).outcome).toMatchObject({ kind: 'fail' })
  })

  test('that is waived or skipped is skipped, with the reason', () => {
    const contract = { waive: { 'stop/sigint': 'issue 12' } }
    expect(outcomeOf('stop/sigint', { contract, found: { 'stop/sigint': BROKEN } }).outcome).toEqual({
      kind: 'skip',
      reason: 'waived: issue 12',
    })
    expect(outcomeOf('stop/sigint', { found: { 'stop/sigint': skipped('no signals') } }).outcome).toEqual({
      kind: 'skip',
      reason: 'no signals',
    })
  })

  test('whose waiver is stale passes with a warning, and fails under strict', () => {
    const contract = { waive: { 'stop/sigint': 'issue 12' } }
    const told = 'The waiver of stop/sigint is stale, because it holds: take it out of `waive`.'
    expect(outcomeOf('stop/sigint', { contract }).outcome).toEqual({
      kind: 'pass',
      note: told,
      isWarning: true,
    })
    expect(outcomeOf('stop/sigint', { contract, ...STRICT }).outcome).toEqual({ kind: 'fail', message: told })
  })
})

describe('the test of a clause that is blocked', () => {
  const found = { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', ['stop/sigint']) }

  test('is skipped where another test tells of the blocker', () => {
    expect(outcomeOf('stop/sigint', { found }).outcome).toEqual({
      kind: 'skip',
      reason: 'blocked by start/within-budget',
    })
  })

  test('fails with the blocker where nobody else tells of it', () => {
    const { outcome, told } = outcomeOf('stop/sigint', { found }, ['stop/sigint'])
    expect(outcome).toEqual({ kind: 'fail', message: explainFailure(told('start/within-budget')) })
  })

  test('names the root of a chain', () => {
    const chain = { ...found, ...blockedBy('stop/sigint', ['stop/in-flight']) }
    expect(outcomeOf('stop/in-flight', { found: chain }).outcome).toEqual({
      kind: 'skip',
      reason: 'blocked by start/within-budget',
    })
  })

  test('fails where the blocker is only waived, for nobody knows whether it holds', () => {
    const contract = { waive: { 'start/within-budget': 'a slow runner' } }
    const { outcome, told } = outcomeOf('stop/sigint', { found, contract })
    expect(outcome).toEqual({
      kind: 'fail',
      message: `stop/sigint has to hold, no waiver covers it, and it could not be judged because of this:\n${explainFailure(told('start/within-budget'))}`,
    })
  })
})
