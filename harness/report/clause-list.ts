import { CATALOGUE, CLAUSE_IDS, type ClauseId, LEVELS, type Level } from '../contract/catalogue.ts'
import { GROUPS, groupOf } from '../contract/clause-names.ts'
import { levelOf } from '../contract/levels.ts'
import type { Selection } from '../gate/select.ts'
import { type Paint, paintFor } from './paint.ts'
import { ID_WIDTH } from './words.ts'

/** Changes whenever a field changes its meaning or goes. */
export const LIST_SCHEMA = 1

/** One clause as a contract has it. */
interface ListedClause {
  readonly id: ClauseId
  readonly group: string
  readonly level: Level
  readonly defaultLevel: Level
  /** Whether a gate would judge it. */
  readonly selected: boolean
  readonly promise: string
  /** Why its failure is accepted. */
  readonly waived?: string
}

/** The clauses for machines: see docs/verdict.md. */
export function renderListAsJson(selection: Selection, tool: { name: string; version: string }): string {
  return `${JSON.stringify({ schema: LIST_SCHEMA, tool, clauses: listClauses(selection) }, null, 2)}\n`
}

/** The clauses for people: a line each, so that it can be searched. */
export function renderList(selection: Selection, stream: NodeJS.WriteStream | null): string {
  const paint = paintFor(stream)
  const clauses = listClauses(selection)
  const { contract } = selection
  const selected = clauses.filter(clause => clause.selected)
  return `${[
    `${contract.file ?? 'The default contract'}: ${selected.length} of ${clauses.length} clauses would be judged (+)`,
    ...GROUPS.map(group =>
      [
        '',
        ...clauses.filter(clause => clause.group === group).map(clause => renderClause(clause, paint)),
      ].join('\n'),
    ),
    '',
    'A must that fails fails the gate, a should warns, a may is judged where it is enabled.',
  ].join('\n')}\n`
}

const LEVEL_WIDTH = Math.max(...LEVELS.map(level => level.length))

function renderClause(
  { id, level, defaultLevel, selected, promise, waived }: ListedClause,
  paint: Paint,
): string {
  const notes = [
    ...(level === defaultLevel ? [] : [`by default a ${defaultLevel}`]),
    ...(waived === undefined ? [] : [`waived: ${waived}`]),
  ]
  const note = notes.length === 0 ? '' : ` (${notes.join('; ')})`
  const line = `${selected ? '+' : '-'} ${id.padEnd(ID_WIDTH)}  ${level.padEnd(LEVEL_WIDTH)}  ${promise}${note}`
  return selected ? line : paint('gray', line)
}

function listClauses({ contract, clauses }: Selection): readonly ListedClause[] {
  return CLAUSE_IDS.map(id => {
    const waived = contract.waive[id]
    return {
      id,
      group: groupOf(id),
      level: levelOf(contract, id),
      defaultLevel: CATALOGUE[id].level,
      selected: clauses.includes(id),
      promise: CATALOGUE[id].promise,
      ...(waived === undefined ? {} : { waived }),
    }
  })
}
