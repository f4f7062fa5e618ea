import { CATALOGUE, CLAUSE_IDS, type ClauseId, type Level } from './catalogue.ts'
import type { Contract } from './contract.ts'

/** What a failure of this clause means under a contract: the contract's word, else the catalogue's. */
export function levelOf({ levels, app }: Contract, id: ClauseId): Level {
  const given = levels[id]
  if (given !== undefined) return given
  // Tauri finds its sidecars by that name and no other.
  if (id === 'artifact/triple-name' && app === 'tauri') return 'must'
  return CATALOGUE[id].level
}

/** The clauses that a contract has judged: a may only where it was given a level. */
export function enabledClauses(contract: Contract): readonly ClauseId[] {
  return CLAUSE_IDS.filter(id => levelOf(contract, id) !== 'may')
}
