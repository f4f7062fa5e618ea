/** What a gate was, beside its evidence: how long it took, and what was asked of it. Reports tell it; no judge asks. */
export interface GateFacts {
  readonly startedAt: Date
  readonly durationMs: number
  readonly phases: readonly Phase[]
  readonly concurrency: number
  readonly interrupted: boolean
  readonly strict?: boolean
  readonly timeScale?: number
  readonly chosenBy?: ChosenBy
  readonly oneOfSeveral?: boolean
}

/** Who said which file is judged: the contract, the environment (SIDECAR_BINARY), or whoever called. */
export type ChosenBy = 'contract' | 'environment' | 'caller'

/** A stretch of the gate's time. */
export interface Phase {
  readonly name: string
  readonly ms: number
}
