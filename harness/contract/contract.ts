/**
 * A contract is what one sidecar promises, complete and as plain data, so that it can be saved beside the
 * recordings that are judged by it. Users write the partial ContractInput; resolve.ts fills in the rest.
 */
export interface Contract {
  /** Names the sidecar in reports. */
  readonly name: string
  /** The file that the contract was read from, if any. */
  readonly file: string | null
  /** Absolute path of the binary, without target triple and `.exe`. */
  readonly binary: string | null
  readonly build: BuildPlan | null
  /** Arguments of every launch. */
  readonly args: readonly string[]
  /** Variables beyond the bare environment. Their values are never written to a recording. */
  readonly env: Readonly<Record<string, string>>
  readonly announce: AnnouncePattern
  readonly health: HealthContract
  readonly stop: StopContract
  readonly logs: LogsContract
  readonly fleet: FleetContract
  readonly budgets: Budgets
}

export interface BuildPlan {
  /** Absolute path of the entry module. */
  readonly entry: string
}

/** A line that announces the port: a template with `{port}` (and `{host}`), or a regular expression. */
export type AnnouncePattern =
  | { readonly kind: 'template'; readonly template: string }
  | { readonly kind: 'regexp'; readonly source: string; readonly flags: string }

export interface HealthContract {
  readonly path: string
  readonly status: number
}

export type StopSignal = 'SIGTERM' | 'SIGINT'

export interface StopContract {
  readonly signals: readonly StopSignal[]
  /** What counts as a clean end: exit codes, or the signal that it may die of. */
  readonly accept: Readonly<Record<StopSignal, readonly (number | NodeJS.Signals)[]>>
}

export interface LogsContract {
  /** Lines that stdout may hold beside announcements. */
  readonly stdout: readonly { readonly source: string; readonly flags: string }[]
}

export interface FleetContract {
  readonly instances: number
}

export interface Budgets {
  /** From launch to the first good answer. Ten seconds: a cold page cache and a virus scanner included. */
  readonly readyMs: number
  /** From the signal to the exit. Ten seconds: what service managers commonly allow before they kill. */
  readonly graceMs: number
}

/** The reference backend's promises; CONTRACT.md's table of budgets and amounts. */
export const DEFAULTS: {
  readonly announce: string
  readonly health: HealthContract
  readonly stopSignals: readonly StopSignal[]
  readonly cleanExit: readonly number[]
  readonly fleet: FleetContract
  readonly budgets: Budgets
} = {
  announce: 'BACKEND_PORT:{port}',
  health: { path: '/health', status: 200 },
  stopSignals: ['SIGTERM', 'SIGINT'],
  cleanExit: [0],
  fleet: { instances: 3 },
  budgets: { readyMs: 10_000, graceMs: 10_000 },
}
