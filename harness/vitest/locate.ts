import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContractInput } from '../contract/input.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import type { FoundBinary } from '../gate/find-binary.ts'
import { PlainError } from '../text/plain-error.ts'
import { keyOf, readProvided } from './provided.ts'

/** Which sidecar a spec is about. */
export interface Choice {
  /** The contract's file; the nearest sidecar.config.* from the spec's directory up where nothing is said. */
  readonly config?: string | URL | undefined
  /** The contract itself, instead of a file. */
  readonly contract?: ContractInput | undefined
  /** The name of one contract, of a file that holds several. */
  readonly sidecar?: string | undefined
  /** The binary. SIDECAR_BINARY in the environment wins over it, and nothing is built then. */
  readonly binary?: string | undefined
}

/** Nobody says which sidecar is meant. */
export class ChoiceError extends PlainError {
  override readonly name = 'ChoiceError'
  override readonly blame = 'caller'
}

/**
 * The contracts that a choice means: one, or all that a file holds. Throws ContractError for one that is wrong, and
 * ChoiceError where there is neither a contract nor a binary.
 */
export async function findContracts(choice: Choice, directory: string): Promise<readonly ResolvedContract[]> {
  if (choice.contract !== undefined) return [await resolveInput(choice.contract)]
  const file = await findFile(choice, directory)
  if (file === null) {
    if (namedBinary(choice) !== undefined) return [await resolveInput({})]
    throw new ChoiceError(
      `There is no contract (sidecar.config.ts, .mts, .js, .mjs or .json) in ${directory} or above it. Write one, name it by \`config\`, or name a binary by SIDECAR_BINARY.`,
    )
  }
  const { chooseContracts, loadContracts } = await import('../contract/load.ts')
  return chooseContracts(await loadContracts(file), choice.sidecar === undefined ? [] : [choice.sidecar])
}

/** The one contract that a choice means. Throws as findContracts does, and ChoiceError where there are several. */
export async function findContract(choice: Choice, directory: string): Promise<ResolvedContract> {
  const [only, ...others] = await findContracts(choice, directory)
  if (only !== undefined && others.length === 0) return only
  throw new ChoiceError(severalIn(only, others, "test.override('sidecarName', '…')"))
}

/** The file to launch: the one that is named, the one that the global setup has, or what the contract says, built. */
export async function locateBinary({ contract }: ResolvedContract, choice: Choice): Promise<FoundBinary> {
  const named = namedBinary(choice)
  const provided = named === undefined ? readProvided()?.binaries[keyOf(contract)] : undefined
  if (provided !== undefined) return { file: provided, chosenBy: 'contract' }
  const { findBinary } = await import('../gate/find-binary.ts')
  return findBinary(contract, named, process.env.SIDECAR_BINARY ? { namedBy: 'environment' } : {})
}

/** SIDECAR_BINARY is one file, and it would have to keep the promises of each. */
export function refuseOneFileForAll(contracts: readonly ResolvedContract[]): void {
  const [first, ...others] = contracts
  if (others.length === 0 || !process.env.SIDECAR_BINARY) return
  throw new ChoiceError(
    `SIDECAR_BINARY names one file, ${process.env.SIDECAR_BINARY}. ${severalIn(first, others, "describeContract({ sidecar: '…' })")}`,
  )
}

function severalIn(
  first: ResolvedContract | undefined,
  others: readonly ResolvedContract[],
  remedy: string,
): string {
  const names = [first, ...others].map(resolved => resolved?.contract.name).join(', ')
  return `${first?.contract.file ?? 'The contract'} holds several contracts, ${names}: choose one by ${remedy}.`
}

async function findFile({ config }: Choice, directory: string): Promise<string | null> {
  if (config !== undefined) return typeof config === 'string' ? resolve(config) : fileURLToPath(config)
  const { findContractFile } = await import('../contract/find.ts')
  return (await findContractFile(directory)) ?? readProvided()?.config ?? null
}

function namedBinary({ binary }: Choice): string | undefined {
  return process.env.SIDECAR_BINARY || binary
}

async function resolveInput(input: ContractInput): Promise<ResolvedContract> {
  const { resolveContract } = await import('../contract/resolve.ts')
  return resolveContract(input, { file: null, directory: process.cwd() })
}
