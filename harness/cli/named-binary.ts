import type { ChosenBy } from '../gate/verdict.ts'
import { type ChosenContracts, nowhere, theOnly } from './contracts.ts'
import { UsageError } from './usage.ts'

/** A binary that wins over what a contract says. */
export interface NamedBinary {
  readonly path: string
  readonly by: Exclude<ChosenBy, 'contract'>
}

/**
 * The argument wins over SIDECAR_BINARY in the environment, and either over the contract, of which there has to be one:
 * null where that chooses. Throws UsageError, in the words of `command`.
 */
export function nameBinary(
  argument: string | undefined,
  chosen: ChosenContracts,
  command: keyof typeof DOES,
): NamedBinary | null {
  const { SIDECAR_BINARY: variable } = process.env
  const named: NamedBinary | null =
    argument !== undefined
      ? { path: argument, by: 'caller' }
      : variable
        ? { path: variable, by: 'environment' }
        : null
  if (named === null && chosen.file === null) throw new UsageError(explainNothing(command))
  if (named === null) return null
  theOnly(chosen, `${named.by === 'caller' ? named.path : `SIDECAR_BINARY=${named.path}`} is one binary`)
  return named
}

const DOES = { check: 'judges', debug: 'explains', bench: 'measures' } as const

function explainNothing(command: keyof typeof DOES): string {
  return [
    `Nothing to ${command}: no binary is named, and ${nowhere()}.`,
    `  sidecar-harness ${command} path/to/binary   ${DOES[command]} it by the default contract`,
    `  sidecar-harness ${command} --config FILE    ${DOES[command]} what a contract file names`,
    '  sidecar-harness init                   writes a contract file for this project',
  ].join('\n')
}
