import type { Contract } from '../contract/contract.ts'
import { type Selection, SelectionError, type SelectOptions, selectClauses } from '../gate/select.ts'

/** What is judged of one of `contracts` contracts. An error says of which, where there are others. */
export function selectFor(contract: Contract, options: SelectOptions, contracts: number): Selection {
  try {
    return selectClauses(contract, options)
  } catch (error) {
    if (contracts === 1 || !(error instanceof SelectionError)) throw error
    throw new SelectionError(`${contract.name}: ${error.message}`, { cause: error })
  }
}
