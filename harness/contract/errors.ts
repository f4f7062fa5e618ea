import { PlainError } from '../text/plain-error.ts'

/** One thing that is wrong with a contract: where, what, and what would be right. */
export interface ContractProblem {
  /** Dotted place in the contract, `stop.accept.SIGTERM`; empty for the contract as a whole. */
  readonly at: string
  readonly message: string
}

/** The contract cannot be used. Nothing was run. */
export class ContractError extends PlainError {
  override readonly name = 'ContractError'
  override readonly blame = 'caller'
  readonly file: string | null
  readonly problems: readonly ContractProblem[]

  constructor(file: string | null, problems: readonly ContractProblem[], options?: ErrorOptions) {
    const heading = file === null ? 'The contract cannot be used:' : `${file} cannot be used:`
    const lines = problems.map(({ at, message }) => `  ${at === '' ? '' : `${at}: `}${message}`)
    super([heading, ...lines].join('\n'), options)
    this.file = file
    this.problems = problems
  }
}
