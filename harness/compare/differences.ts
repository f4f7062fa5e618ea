import type { ClauseId } from '../contract/catalogue.ts'

/** What it means for who ships the new one. */
export type DifferenceKind = 'regression' | 'improvement' | 'change'

/** In what two binaries can differ, in the order in which it is told. */
export const TOPICS = [
  'clauses',
  'times',
  'memory',
  'file',
  'listeners',
  'stdout',
  'stderr',
  'health',
] as const
export type Topic = (typeof TOPICS)[number]

export interface Difference {
  readonly kind: DifferenceKind
  readonly topic: Topic
  /** The clause, the measure, the library, the address, the line's shape, the key. */
  readonly subject: string
  /** Null for what was not there, or was not known. */
  readonly old: string | null
  readonly new: string | null
  /** One sentence that says it all, printable as it is. */
  readonly sentence: string
  /** Where clauses differ: which. */
  readonly clauses?: readonly ClauseId[]
}

/** The gravest first, and otherwise by topic. */
export function inOrder(differences: readonly Difference[]): readonly Difference[] {
  const kinds: readonly DifferenceKind[] = ['regression', 'change', 'improvement']
  const weight = ({ kind, topic }: Difference) => kinds.indexOf(kind) * TOPICS.length + TOPICS.indexOf(topic)
  return differences.toSorted((a, b) => weight(a) - weight(b))
}
