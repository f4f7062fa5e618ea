import type { Clause } from '../clauses/clause.ts'
import { CLAUSES } from '../clauses/index.ts'
import { isAskable } from '../clauses/judge.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { PORT_PAIR, scenariosFor } from '../scenarios/index.ts'
import type { Scenario } from '../scenarios/scenario.ts'

/** Which lives are needed for which clauses. */
export interface GatePlan {
  readonly clauses: readonly Clause[]
  /** Runs first and alone: if it never comes up, nothing else is worth launching. Null when only the file is judged. */
  readonly baseline: Scenario | null
  /** Runs before the rest where the rest would run side by side: it tells whether two instances can. */
  readonly pair: Scenario | null
  readonly rest: readonly Scenario[]
  /** Run one by one when all else is done: they measure time. */
  readonly alone: readonly Scenario[]
}

/** Plans the lives for the selected clauses, each scenario once, however many clauses it serves. */
export function planGate(contract: Contract, selected: readonly ClauseId[]): GatePlan {
  const clauses = CLAUSES.filter(({ id }) => selected.includes(id))
  const [baseline, ...others] = scenariosFor(contract)
  const needed = new Set(clauses.flatMap(({ id, needs = [] }) => [id, ...needs]))
  const judged = CLAUSES.filter(clause => needed.has(clause.id) && isAskable(clause, contract))
  const wanted = new Set(judged.flatMap(({ scenarios }) => scenarios))
  if (wanted.size === 0) return { clauses, baseline: null, pair: null, rest: [], alone: [] }
  const further = others.filter(({ id }) => id !== PORT_PAIR && wanted.has(id))
  const rest = further.filter(({ alone }) => alone !== true)
  const pair = others.find(({ id }) => id === PORT_PAIR) ?? null
  const sideBySide = rest.length > 1 || rest.some(({ instances }) => instances > 1)
  return {
    clauses,
    baseline,
    pair: wanted.has(PORT_PAIR) || sideBySide ? pair : null,
    rest,
    alone: further.filter(({ alone }) => alone === true),
  }
}

/** The plan as it is kept with the recordings. */
export function plannedScenarios({ baseline, pair, rest, alone }: GatePlan): Scenario[] {
  return [baseline, pair, ...rest, ...alone].filter(scenario => scenario !== null)
}
