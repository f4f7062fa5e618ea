import type { ContractInput } from './input.ts'

/** Types a contract for editors; it is validated when the harness reads it, so that errors can name the file. */
export function defineContract(input: ContractInput): ContractInput {
  return input
}
