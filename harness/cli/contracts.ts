import { CONTRACT_FILES, findContractFile } from '../contract/find.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { UsageError } from './usage.ts'

export interface ContractOptions {
  /** The file that is named; otherwise it is looked for. */
  readonly config: string | undefined
  /** Names of those that are meant; all of them where none is named. */
  readonly sidecars: readonly string[]
}

export interface ChosenContracts {
  readonly contracts: readonly ResolvedContract[]
  /** Null for the default contract. */
  readonly file: string | null
  /** How many that file holds, chosen or not. */
  readonly known: number
}

/** The contract file that is named, or the nearest from here up; null where there is none. Throws ContractError. */
export async function contractFile({ config }: Pick<ContractOptions, 'config'>): Promise<string | null> {
  return config ?? (await findContractFile(process.cwd()))
}

/** The contracts to work by: those of the file, or the default one. Throws ContractError and UsageError. */
export async function chooseContracts({ config, sidecars }: ContractOptions): Promise<ChosenContracts> {
  const file = await contractFile({ config })
  if (file === null) {
    refuseNames(sidecars)
    const { resolveContract } = await import('../contract/resolve.ts')
    const resolved = resolveContract({}, { file: null, directory: process.cwd() })
    return { contracts: [resolved], file, known: 1 }
  }
  const { chooseContracts: choose, loadContracts } = await import('../contract/load.ts')
  const all = await loadContracts(file)
  return { contracts: choose(all, sidecars), file, known: all.length }
}

/** The one contract of those that were chosen. Throws UsageError, which begins with `why` there can be no other. */
export function theOnly({ contracts, file }: ChosenContracts, why: string): ResolvedContract {
  const [only, another] = contracts
  if (only !== undefined && another === undefined) return only
  const names = contracts.map(({ contract }) => contract.name).join(', ')
  throw new UsageError(
    `${why}, and ${file} holds ${contracts.length} contracts: ${names}. Choose one with --sidecar NAME.`,
  )
}

/** Names are those of contracts in a file. Throws UsageError. */
export function refuseNames(sidecars: readonly string[]): void {
  if (sidecars.length === 0) return
  throw new UsageError(
    `--sidecar ${sidecars.join(', ')} chooses among the contracts of a file, and ${nowhere()}: name one with --config FILE.`,
  )
}

/** That no contract file was found, in a clause of a sentence. */
export function nowhere(): string {
  const [first = '', ...others] = CONTRACT_FILES
  const extensions = others.map(name => name.slice(name.lastIndexOf('.'))).join(', ')
  return `there is no ${first} (or ${extensions}) in ${process.cwd()} or above`
}
