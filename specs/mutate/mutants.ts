import { type Clause, type Finding, fail, pass } from '../../harness/clauses/clause.ts'
import { CLAUSES } from '../../harness/clauses/index.ts'
import { judge } from '../../harness/clauses/judge.ts'
import type { ClauseId } from '../../harness/contract/catalogue.ts'
import type { Exhibit } from './record.ts'

/** A judge that has stopped looking. */
export type Mutation = 'always passes' | 'always fails'

export const MUTATIONS: readonly Mutation[] = ['always passes', 'always fails']

const BLIND: Record<Mutation, () => Finding> = {
  'always passes': () => pass('a mutant'),
  'always fails': () => fail('a mutant', 'a mutant', null),
}

/** The registry with one judge replaced by one that does not look. */
export function mutate(id: ClauseId, mutation: Mutation): readonly Clause[] {
  return CLAUSES.map(clause => (clause.id === id ? { ...clause, judge: BLIND[mutation] } : clause))
}

/**
 * The exhibits on which this registry finds other clauses broken than those that are: with the true registry there
 * must be none, and with a mutant at least one, or nothing would notice that this judge has stopped looking.
 */
export function disagreements(
  exhibits: readonly Exhibit[],
  clauses: readonly Clause[],
): readonly { readonly exhibit: string; readonly found: string[]; readonly expected: readonly string[] }[] {
  return exhibits.flatMap(({ name, evidence, expected }) => {
    const found = judge(evidence, clauses)
      .filter(({ finding }) => finding.outcome === 'fail')
      .map(({ id }) => id as string)
      .sort()
    return found.join() === [...expected].sort().join() ? [] : [{ exhibit: name, found, expected }]
  })
}
