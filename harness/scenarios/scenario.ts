import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract, StopSignal } from '../contract/contract.ts'
import type { HeldPort, ReservedPort } from '../host/ports.ts'
import type { InstallationKind } from '../life/installation.ts'
import type { Life } from '../life/life.ts'
import type { Installation, LaunchPlan } from '../life/plan.ts'

/**
 * How lives are driven. A scenario launches, does things to a sidecar and looks; it decides nothing. Its lives
 * are ended for it, whatever happens in it.
 */
export interface Scenario {
  readonly id: ScenarioId
  /** What is done, in a few words, for the plan and the report. */
  readonly what: string
  /** How many instances run at the same time in it; 0 where it does next to nothing but wait. */
  readonly instances: number
  /** The clause that a life of this scenario breaks when it never becomes ready; null where it need not become so. */
  readonly readiness: ClauseId | null
  /**
   * Its lives are launched, and treated, as by an app. What is promised of every life (one announcement, a clean
   * stdout, nothing left behind) is judged by these lives, and by no other.
   */
  readonly ordinary: boolean
  /** The signal without which it shows nothing: it is not performed where the sidecar does not heed that one. */
  readonly stopsBy?: StopSignal
  /** Performed last, with nothing beside it: it measures time. */
  readonly alone?: boolean
  drive(stage: Stage): Promise<void>
}

export type ScenarioId = string

/** What a scenario may do. */
export interface Stage {
  readonly contract: Contract
  /** Nothing was launched in this gate before: what it does when it is late is seen out once, and not time after time. */
  readonly isFirst: boolean
  /** The names of the variables that the caller has in the environment. */
  readonly callersVariables: readonly string[]
  /** From launch to announcement, in the quickest life so far. */
  readonly announcedMs: number
  /** False once a life of this gate was still there when the grace period after this signal was over. */
  heeds(signal: StopSignal): boolean
  /** Launches one instance. */
  launch(options?: LaunchOptions): Promise<Life>
  /**
   * From here on its lives do next to nothing but wait, for their end, an answer or a time: others may be launched meanwhile.
   * What it launches itself after that waits for its turn again.
   */
  waits(): void
  /** Leaves a life that is ready alone for as long as somebody watches it: not at all, where nobody does. */
  linger(life: Life): Promise<void>
  /** Ends a life in the way that is least likely to be judged: by a signal that it heeds, within the grace period. */
  stop(life: Life): Promise<void>
  /** A port that nobody uses, and no other harness asks for, until the scenario is over. */
  reservePort(): Promise<ReservedPort>
  /** Listens on it, as another program would; null where this machine has no such address. */
  holdPort(port: number, address: HeldPort['address']): Promise<HeldPort | null>
  /** A copy of the binary, and of what belongs to it, in another place. Removed when the scenario is over. */
  install(kind: InstallationKind): Promise<Installation | null>
  /** Measures the machine: the same requests to a program that does nothing but answer them. */
  calibrate(): Promise<Life>
  /** Says why this scenario can show nothing on this machine: its clauses are skipped then, for this reason. */
  isImpossible(reason: string): void
}

export interface LaunchOptions extends LaunchPlan {
  /** 0 where a scenario has only one. */
  readonly instance?: number
}
