import { access } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Contract } from '../contract/contract.ts'
import { ContractError } from '../contract/errors.ts'
import type { Phase } from './verdict.ts'

export interface FoundBinary {
  readonly file: string
  /** Known where it was built. */
  readonly sha256?: string
  readonly phasesBefore?: readonly Phase[]
}

export interface FindContext {
  readonly signal?: AbortSignal
  onProgress?(message: string): void
}

/**
 * The file to judge: the one that is named wins, and nothing is built then; otherwise the contract's own, built
 * where it says how. Throws ContractError where there is neither, and BuildError for a build that failed.
 */
export async function findBinary(
  contract: Contract,
  named: string | undefined,
  { signal, onProgress = () => {} }: FindContext = {},
): Promise<FoundBinary> {
  if (named !== undefined) return { file: resolve(named) }
  if (contract.binary === null) {
    throw new ContractError(contract.file, [
      { at: 'binary', message: 'no binary is named, here or by the caller, so there is nothing to judge' },
    ])
  }
  const startedAtMs = performance.now()
  const { build, hostTriple, withTriple } = await import('../build/build.ts')
  if (contract.build === null)
    return { file: await findNamed(contract, withTriple(contract.binary, hostTriple())) }
  await requireEntry(contract)
  onProgress('building …')
  const built = await build(
    { entry: contract.build.entry, output: contract.binary },
    { signal, onPhase: phase => onProgress(`build: ${phase} done`) },
  )
  const name = built.cached ? 'build (unchanged)' : 'build'
  const ms = performance.now() - startedAtMs
  return { file: built.path, sha256: built.sha256, phasesBefore: [{ name, ms }] }
}

/** Throws ContractError where the module that a contract would build is not there. */
export async function requireEntry({ build, file }: Contract): Promise<void> {
  if (build === null || (await isThere(build.entry))) return
  throw new ContractError(file, [{ at: 'build.entry', message: `there is no ${build.entry}` }])
}

/** People write the name that they see, and the triple is added to it. Throws ContractError where that was it. */
async function findNamed({ binary, file }: Contract, withTriple: string): Promise<string> {
  if (binary === null || (await isThere(withTriple)) || !(await isThere(binary))) return withTriple
  const message = `the target triple is added to it, and there is no ${basename(withTriple)}, while ${basename(binary)} is there: rename that, or give it to the command itself`
  throw new ContractError(file, [{ at: 'binary', message }])
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
