import { describe, expect, test } from 'vitest'
import { BASELINE_LIFE, blocked, type Clause, pass } from '../../../harness/clauses/clause.ts'
import { judge } from '../../../harness/clauses/judge.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { evidenceOf } from './evidence.ts'

/** Holds where the other one does. */
const after = (id: ClauseId, other: ClauseId): Clause => ({
  id,
  scenarios: [BASELINE_LIFE],
  judge: ({ holds }) => (holds(other) ? pass('as the other one') : blocked(other)),
})

describe('a clause that is judged by whether another holds', () => {
  test.each<[string, ClauseId, ClauseId]>([
    ['before', 'stop/sigterm', 'announce/once'],
    ['after', 'announce/once', 'stop/sigterm'],
  ])('may stand %s it', (_, id, other) => {
    const holding: Clause = { id: other, scenarios: [BASELINE_LIFE], judge: () => pass('yes') }
    const broken: Clause = { ...holding, judge: () => blocked('start/within-budget') }
    const evidence = evidenceOf({ clauses: [id, other] })
    const findingsWith = (clause: Clause) => {
      const judged = judge(evidence, [after(id, other), clause])
      return judged.find(judgement => judgement.id === id)?.finding
    }

    expect(findingsWith(holding)).toEqual(pass('as the other one'))
    expect(findingsWith(broken)).toEqual(blocked(other))
  })

  test('does not hold where nobody judges the other one', () => {
    const [judgement] = judge(evidenceOf(), [after('announce/once', 'stop/sigterm')])
    expect(judgement?.finding).toEqual(blocked('stop/sigterm'))
  })

  test('is a mistake of its author where that one asks for it in its turn', () => {
    const circle = [after('announce/once', 'stop/sigterm'), after('stop/sigterm', 'announce/once')]
    expect(() => judge(evidenceOf(), circle)).toThrow(
      'announce/once cannot be judged before it holds: clauses need one another',
    )
  })
})
