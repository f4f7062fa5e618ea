import type { ClauseId } from '../contract/catalogue.ts'
import type { KnownFailure } from './known-failure.ts'

/** A failure that is known of other clauses, where it shows in these: its name, its fix, and how it is recognised here. */
export function again(
  known: readonly Omit<KnownFailure, 'clauses' | 'recognise'>[],
  id: string,
  clauses: readonly ClauseId[],
  recognise: KnownFailure['recognise'],
): KnownFailure {
  const found = known.find(each => each.id === id)
  if (found === undefined) throw new Error(`no known failure is called ${id}`)
  return { ...found, clauses, recognise }
}
