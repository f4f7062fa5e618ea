import { posix } from 'node:path'
import { CLAUSE_IDS, type ClauseId, type Level } from '../contract/catalogue.ts'
import { GROUPS, isClauseId, nearestClause, SEE_ALL } from '../contract/clause-names.ts'
import type { Contract } from '../contract/contract.ts'
import { enabledClauses, levelOf } from '../contract/levels.ts'
import { nearest } from '../text/nearest.ts'
import { PlainError } from '../text/plain-error.ts'

/**
 * Which clauses to judge, by globs over their ids: `stop/*`, `{port,net}/*`, `stop/no-*`. A word without a slash
 * names groups: `stop` is `stop/*`.
 */
export interface SelectOptions {
  /** These alone. A may that is not enabled is judged where its whole id stands here. */
  readonly only?: readonly string[] | undefined
  readonly skip?: readonly string[] | undefined
  /** Mays to judge, as musts. */
  readonly enable?: readonly string[] | undefined
}

export interface Selection {
  /** With the levels that were asked for. */
  readonly contract: Contract
  /** In the catalogue's order. */
  readonly clauses: readonly ClauseId[]
}

/** A pattern that selects nothing is a typo, and a gate that judged less than was meant would pass. */
export class SelectionError extends PlainError {
  override readonly name = 'SelectionError'
  override readonly blame = 'caller'
}

/** No clause was selected, or none of which anything can be told: an error, and not a pass. */
export class NoClauseError extends PlainError {
  override readonly name = 'NoClauseError'
  override readonly blame = 'caller'

  constructor(message = 'No clause was selected, so there is nothing to judge.') {
    super(message)
  }
}

/**
 * What is judged by default is what the contract enables. Throws SelectionError for a pattern that fits no clause, and
 * NoClauseError where none is left.
 */
export function selectClauses(
  contract: Contract,
  { only, skip = [], enable = [] }: SelectOptions = {},
): Selection {
  const named = (only ?? []).filter(isClauseId)
  const asked = withMusts(contract, [...matches('enable', enable), ...named])
  const enabled = enabledClauses(asked)
  const wanted = only === undefined ? enabled : matches('only', only, enabled)
  const unwanted = new Set(matches('skip', skip))
  const clauses = wanted.filter(id => !unwanted.has(id))
  if (clauses.length === 0) throw new NoClauseError()
  return { contract: asked, clauses }
}

/** Takes mays in as musts, and leaves the level of every other clause as it is. */
function withMusts(contract: Contract, ids: readonly ClauseId[]): Contract {
  const mays = ids.filter(id => levelOf(contract, id) === 'may')
  const levels = Object.fromEntries(mays.map(id => [id, 'must' satisfies Level]))
  return { ...contract, levels: { ...contract.levels, ...levels } }
}

/** Those of `from` that fit one of the patterns. Each pattern has to fit some. */
function matches(
  option: keyof SelectOptions,
  patterns: readonly string[],
  from: readonly ClauseId[] = CLAUSE_IDS,
): readonly ClauseId[] {
  const fitting = new Set<ClauseId>()
  for (const pattern of patterns) {
    const found = from.filter(id => fits(id, pattern))
    if (found.length === 0) throw new SelectionError(`${option}: ${explain(pattern)}`)
    for (const id of found) fitting.add(id)
  }
  return CLAUSE_IDS.filter(id => fitting.has(id))
}

function fits(id: ClauseId, pattern: string): boolean {
  return posix.matchesGlob(id, pattern.includes('/') ? pattern : `${pattern}/*`)
}

/** Why a pattern fits none of the clauses that it could choose from. */
function explain(pattern: string): string {
  const disabled = CLAUSE_IDS.filter(id => fits(id, pattern))
  if (disabled.length > 0) {
    return `"${pattern}" fits only what this contract does not enable: ${disabled.join(', ')}. Name it whole, or enable it.`
  }
  const meant = guess(pattern)
  return `no clause fits "${pattern}". ${meant === null ? SEE_ALL : `Did you mean "${meant}"?`}`
}

function guess(pattern: string): string | null {
  const [group = '', ...rest] = pattern.split('/')
  const nearGroup = nearest(group, GROUPS)
  // The group may be all that is wrong: then what is asked for in it stays as it is.
  const mended = nearGroup === null ? null : [nearGroup, ...rest].join('/')
  if (mended !== null && CLAUSE_IDS.some(id => fits(id, mended))) return mended
  return nearestClause(pattern)
}
