import { nearest } from '../text/nearest.ts'
import { CLAUSE_IDS, type ClauseId } from './catalogue.ts'

/** The catalogue's groups, in its order. */
export const GROUPS: readonly string[] = [...new Set(CLAUSE_IDS.map(groupOf))]

/** `stop` of `stop/sigterm`. */
export function groupOf(id: ClauseId): string {
  return id.slice(0, id.indexOf('/'))
}

/** `sigterm` of `stop/sigterm`. */
export function nameOf(id: ClauseId): string {
  return id.slice(id.indexOf('/') + 1)
}

export function isClauseId(word: string): word is ClauseId {
  return CLAUSE_IDS.some(id => id === word)
}

/** What to put behind a message about a word that is no clause. All ids are too many to read. */
export function suggestClause(word: string): string {
  if (GROUPS.includes(word)) {
    const ids = CLAUSE_IDS.filter(id => groupOf(id) === word)
    return `It is a group; its clauses are ${ids.join(', ')}.`
  }
  const near = nearestClause(word)
  return near === null ? SEE_ALL : `Did you mean "${near}"?`
}

/** Said where nothing is near. */
export const SEE_ALL: string = `The groups are ${GROUPS.join(', ')}; \`sidecar-harness check --list\` shows every clause.`

/** Fewer letters stand in too many ids. */
const LETTERS_OF_A_PART = 4

/** The clause that was probably meant, also by somebody who left its group out, or wrote a part of its name. */
export function nearestClause(word: string): ClauseId | null {
  const near = nearest(word, CLAUSE_IDS)
  if (near !== null) return near as ClauseId
  const name = nearest(word, CLAUSE_IDS.map(nameOf))
  const holds = (id: ClauseId) => word.length >= LETTERS_OF_A_PART && id.includes(word)
  return CLAUSE_IDS.find(id => nameOf(id) === name) ?? CLAUSE_IDS.find(holds) ?? null
}
