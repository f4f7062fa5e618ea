import type { BuildPlan } from '../contract/contract.ts'
import type { Guard } from './guard.ts'

/**
 * One way of making a binary: a packer, a compiler, or a command of the user's. It knows its tool; when a binary is made
 * at all, where it is put, and what is left after a failure are the pipeline's (build.ts), the same for all of them.
 */
export interface Builder<Plan extends BuildPlan> {
  /**
   * Finds the tool, and readies all that can be readied without making the binary. Throws ToolMissingError, BuildError
   * for sources that cannot be built, and TargetError for a target that it cannot build for.
   */
  prepare(plan: Plan, request: BuildRequest): Promise<Job>
  /** The directory of the project, below which a note about the binary is kept. */
  projectOf(plan: Plan): string
}

/** What the pipeline asks for. */
export interface BuildRequest {
  /** The binary's name, without its target triple. */
  readonly name: string
  /** What it is made for, in rustc's words. */
  readonly triple: string
  /** Another machine than this one. */
  readonly isForeign: boolean
  /** Where the finished binary goes. Nothing is written there but by the pipeline. */
  readonly place: string
  /** The directory where what later builds can use again is kept. */
  readonly cache: string
  readonly signal?: AbortSignal | undefined
  /** Gets each line that a tool prints, printable as it is. */
  readonly onOutput?: ((line: string) => void) | undefined
  /** Does one step of the work, and notes how long it took. */
  time<T>(phase: string, work: () => Promise<T>): Promise<T>
}

/** A binary that is ready to be made. */
export interface Job {
  /**
   * What the binary's contents depend on, as data: where that is as it was, the binary that is there is kept. Null where
   * the tool alone knows: it has a cache of its own, and is run each time.
   */
  readonly ingredients: object | null
  /** Gets what it takes that is not here yet, where there is any such thing. Throws what `make` throws. */
  fetch?(guard: Guard): Promise<void>
  /**
   * Makes the binary at `output`, where there is no file yet; one that is there after a failure is the caller's to remove.
   * Throws BuildError in the tool's words, and the signal's reason; what the tool started is gone by then.
   */
  make(output: string, guard: Guard): Promise<void>
  /** Throws BuildError, such as PayloadMissingError, where the file is not the application. */
  prove(output: string): Promise<void>
}
