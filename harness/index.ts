export { CATALOGUE, CLAUSE_IDS, type ClauseId, type Level } from './contract/catalogue.ts'
export type { Contract } from './contract/contract.ts'
export { defineContract } from './contract/define.ts'
export { ContractError, type ContractProblem } from './contract/errors.ts'
export { findContractFile } from './contract/find.ts'
export type { ContractInput, StandardSchema } from './contract/input.ts'
export { chooseContracts, loadContract, loadContracts } from './contract/load.ts'
export type { ContractOrigin, ResolvedContract } from './contract/resolve.ts'
export type { GateResult } from './gate/gate.ts'
export type { LifeSummary } from './gate/life-summary.ts'
export { type Selection, SelectionError, type SelectOptions, selectClauses } from './gate/select.ts'
export type { ClauseResult, Outcome, Verdict } from './gate/verdict.ts'
export type { HostKind } from './host/host.ts'
export { type RunGateOptions, resolveContract, runGate } from './on-demand.ts'
export type { VerdictDocument } from './report/verdict-document.ts'
export {
  NoPortError,
  SidecarError,
  SidecarExitError,
  SidecarFileError,
  SidecarLogError,
  SidecarNotReadyError,
  SidecarRequestError,
  SidecarStopError,
} from './sidecar/errors.ts'
export { type ContractSource, type LaunchFileOptions, launch } from './sidecar/launch.ts'
export type { LogPattern } from './sidecar/output.ts'
export type { Exit, LoggedOptions, Sidecar, SidecarRequestInit } from './sidecar/sidecar.ts'
export type { LaunchOptions } from './sidecar/start.ts'
