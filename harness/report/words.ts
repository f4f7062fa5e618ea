import { CLAUSE_IDS, type ClauseId } from '../contract/catalogue.ts'
import { GROUPS, groupOf } from '../contract/clause-names.ts'

/** What most terminals show on one line, and CI logs without wrapping. */
const LINE_CHARACTERS = 110

/** `1 clause`, `58 clauses`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Words with a comma between them, on as many lines as they need beside an indentation. */
export function wrap(words: readonly string[], indent: number): readonly string[] {
  const width = LINE_CHARACTERS - indent
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length + ', ,'.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last}, ${word}`
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line},` : line))
}

/** Names clauses on the rest of a line: all of them where they fit, otherwise how many of each group. */
export function nameClauses(ids: readonly ClauseId[], indent: number): string {
  const whole = ids.join(', ')
  if (ids.length === 1 || whole.length + indent <= LINE_CHARACTERS) return whole
  const groups = GROUPS.map(group => ({ group, own: ids.filter(id => groupOf(id) === group) }))
  return groups
    .filter(({ own }) => own.length > 0)
    .map(({ group, own }) => `${group} ${own.length}`)
    .join(', ')
}

/** So that ids stand in a column, whichever of them are shown. */
export const ID_WIDTH: number = Math.max(...CLAUSE_IDS.map(id => id.length))

/** As much of a text as fits on the rest of a line. */
export function cut(text: string, indent: number): string {
  const width = LINE_CHARACTERS - indent
  // Half of a pair of surrogates is no character.
  return text.length <= width ? text : `${text.slice(0, width - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
