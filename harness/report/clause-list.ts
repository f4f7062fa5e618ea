import { CATALOGUE, CLAUSE_IDS, type ClauseId, LEVELS, type Level } from '../contract/catalogue.ts'
import { GROUPS, groupOf } from '../contract/clause-names.ts'
import { levelOf } from '../contract/levels.ts'
import type { Selection } from '../gate/select.ts'
import { type Paint, paintFor } from './paint.ts'
import type { Tool } from './verdict-document.ts'
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

/** The clauses for machines: see docs/verdict.md. What several contracts make of them stands in `sidecars`. */
export function renderListAsJson(selections: readonly Selection[], tool: Tool): string {
  const [only, another] = selections
  const lists =
    only !== undefined && another === undefined
      ? { clauses: listClauses(only) }
      : {
          sidecars: selections.map(selection => ({
            name: selection.contract.name,
            contract: selection.contract.file ?? 'defaults',
            clauses: listClauses(selection),
          })),
        }
  return `${JSON.stringify({ schema: LIST_SCHEMA, tool, ...lists }, null, 2)}\n`
}

/** The clauses for people: a line each, so that it can be searched. */
export function renderList(selections: readonly Selection[], stream: NodeJS.WriteStream | null): string {
  const paint = paintFor(stream)
  return `${[
    ...selections.map(selection => renderSelection(selection, selections.length, paint)),
    'A must that fails fails the gate, a should warns, a may is judged where it is enabled.',
  ].join('\n\n')}\n`
}

function renderSelection(selection: Selection, number: number, paint: Paint): string {
  const clauses = listClauses(selection)
  const { contract } = selection
  const selected = clauses.filter(clause => clause.selected)
  const of = number === 1 ? '' : `${contract.name}, `
  return [
    `${of}${contract.file ?? 'The default contract'}: ${selected.length} of ${clauses.length} clauses would be judged (+)`,
    ...GROUPS.map(group =>
      clauses
        .filter(clause => clause.group === group)
        .map(clause => renderClause(clause, paint))
        .join('\n'),
    ),
  ].join('\n\n')
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
