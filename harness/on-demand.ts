import type { ContractOrigin, ResolvedContract } from './contract/resolve.ts'
import type { GateOptions, GateResult } from './gate/gate.ts'
import type { HostKind } from './host/host.ts'

/*
 * What takes long to load is loaded when it is called: most who import the package want a type, or defineContract.
 */

export interface RunGateOptions extends Omit<GateOptions, 'host'> {
  /** How the system is asked about processes and sockets; `posix` goes by ps and lsof alone. */
  readonly host?: HostKind | 'auto'
}

/**
 * The gate: contract × binary → verdict, and all that was recorded. Throws ArtifactPathError for a file that is not
 * there; a broken sidecar throws nothing.
 */
export async function runGate({ host = 'auto', ...options }: RunGateOptions): Promise<GateResult> {
  const [gate, { selectHost }] = await Promise.all([import('./gate/gate.ts'), import('./host/index.ts')])
  return gate.runGate({ ...options, host: selectHost(host) })
}

/** Validates a contract and fills in the defaults. Throws ContractError, which lists all that is wrong. */
export async function resolveContract(
  input: unknown,
  origin: ContractOrigin = { file: null, directory: process.cwd() },
): Promise<ResolvedContract> {
  return (await import('./contract/resolve.ts')).resolveContract(input, origin)
}
