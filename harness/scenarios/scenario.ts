import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract, StopSignal } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import type { LifePlan } from '../life/plan.ts'

/**
 * How lives are driven. A scenario launches, does things to a sidecar and looks; it decides nothing. Its lives
 * are ended for it, whatever happens in it.
 */
export interface Scenario {
  readonly id: ScenarioId
  /** What is done, in a few words, for the plan and the report. */
  readonly what: string
  /** How many instances run at the same time in it. */
  readonly instances: number
  /** The clause that a life of this scenario breaks when it never becomes ready. */
  readonly readiness: ClauseId
  /** The signal without which it shows nothing: it is not performed where the sidecar does not heed that one. */
  readonly stopsBy?: StopSignal
  drive(stage: Stage): Promise<void>
}

export type ScenarioId = string

/** What a scenario may do. */
export interface Stage {
  readonly contract: Contract
  /** False once a life of this gate was still there when the grace period after this signal was over. */
  heeds(signal: StopSignal): boolean
  /** Launches one instance. `instance` is 0 where a scenario has only one. */
  launch(options?: LaunchOptions): Promise<Life>
}

export type LaunchOptions = Partial<Pick<LifePlan, 'instance' | 'port' | 'sharing'>>
