import { fileURLToPath } from 'node:url'
import type { ContractInput } from '../contract/input.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { ENDLESS } from './patience.ts'
import type { Sidecar } from './sidecar.ts'
import type { LaunchOptions } from './start.ts'

/** A contract, or the file that holds it. */
export type ContractSource = ContractInput | ResolvedContract | string | URL

export interface LaunchFileOptions extends LaunchOptions {
  /** The binary; SIDECAR_BINARY in the environment, and then the contract's own, where it is left out. */
  readonly binary?: string | undefined
  /** Which one, of a file that holds several contracts. */
  readonly sidecar?: string | undefined
}

/**
 * Launches a sidecar as an app does, with a home, a working directory and an environment of its own, and comes back when
 * it is ready. Nothing of it outlives the process that called this, however that ends. Stop it by `stop()`, or:
 *
 *     await using backend = await launch('sidecar.config.ts')
 *
 * Throws ContractError, BuildError, ArtifactPathError, SidecarFileError, and SidecarNotReadyError, which tells what it
 * did instead. Nothing is left then.
 */
export async function launch(contract: ContractSource, options: LaunchFileOptions = {}): Promise<Sidecar> {
  const { binary, sidecar, ...launching } = options
  const resolved = await resolveSource(contract, sidecar)
  const { findBinary } = await import('../gate/find-binary.ts')
  const { file } = await findBinary(resolved.contract, binary ?? (process.env.SIDECAR_BINARY || undefined))
  // Who imports this to write a contract launches nothing.
  const { start } = await import('./start.ts')
  const [launched] = await start({ resolved, file, instances: 1, options: launching, patience: ENDLESS })
  if (launched === undefined) throw new Error('a launch came back with nothing')
  return launched
}

/** Reads a contract, wherever it stands. Throws ContractError. */
export async function resolveSource(source: ContractSource, name?: string): Promise<ResolvedContract> {
  if (typeof source === 'string' || source instanceof URL) {
    const { loadContract } = await import('../contract/load.ts')
    return loadContract(typeof source === 'string' ? source : fileURLToPath(source), name)
  }
  if ('healthSchema' in source) return source
  const { resolveContract } = await import('../contract/resolve.ts')
  return resolveContract(source, { file: null, directory: process.cwd() })
}
