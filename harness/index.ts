export { CATALOGUE, CLAUSE_IDS, type ClauseId, type Level } from './contract/catalogue.ts'
export type { Contract } from './contract/contract.ts'
export { ContractError, type ContractProblem } from './contract/errors.ts'
export { findContractFile } from './contract/find.ts'
export type { ContractInput, StandardSchema } from './contract/input.ts'
export { chooseContracts, loadContract, loadContracts } from './contract/load.ts'
export {
  defineContract,
  type ResolvedContract,
  resolveContract,
  resolveContracts,
} from './contract/resolve.ts'
export { type GateOptions, type GateResult, runGate } from './gate/gate.ts'
export type { LifeSummary } from './gate/life-summary.ts'
export { type Selection, SelectionError, type SelectOptions, selectClauses } from './gate/select.ts'
export type { ClauseResult, Outcome, Verdict } from './gate/verdict.ts'
export { type HostKind, selectHost } from './host/index.ts'
