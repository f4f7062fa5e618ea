import type { ClauseId, Level } from './catalogue.ts'
import type { JsonFields, JsonMarks } from './grammar/json.ts'

/**
 * A contract is what one sidecar promises, complete and as plain data, so that it can be saved beside the
 * recordings that are judged by it. Users write the partial ContractInput; resolve.ts fills in the rest.
 */
export interface Contract {
  /** Names the sidecar in reports. */
  readonly name: string
  /** The file that the contract was read from, if any. */
  readonly file: string | null
  /** The kind of app that ships it: each has conventions of its own. */
  readonly app: AppKind | null
  /** Absolute path of the binary, without target triple and `.exe`. */
  readonly binary: string | null
  /** Target triples whose files have to be there, each as `binary` with the triple behind it. */
  readonly targets: readonly string[]
  readonly build: BuildPlan | null
  /** What is installed beside the binary, relative to its directory. */
  readonly files: readonly string[]
  /** The oldest C library that it has to run with, as `glibc 2.31`; null for this machine's own. */
  readonly libcFloor: string | null
  /** The oldest macOS that it has to run on, as `11.0`; null for any. */
  readonly macosFloor: string | null
  /** Arguments of every launch. In them, in `env` and in `cwd` stand {port}, {tmp} and {home} for a life's own. */
  readonly args: readonly string[]
  /** Variables beyond the bare environment. Their values are never written to a recording. */
  readonly env: Readonly<Record<string, string>>
  /** The working directory that its app gives it; null where it has to start in any. */
  readonly cwd: string | null
  readonly port: PortContract
  readonly announce: AnnounceContract
  readonly health: HealthContract
  readonly net: NetContract
  readonly stop: StopContract
  readonly logs: LogsContract
  readonly fleet: FleetContract
  readonly resources: ResourcesContract
  readonly budgets: Budgets
  /** What was found in the app's own files, and is no problem of the contract's; reports tell it. */
  readonly notes?: readonly string[]
  /** Levels other than the catalogue's. */
  readonly levels: Readonly<Partial<Record<ClauseId, Level>>>
  /** Clauses that are known to fail, and why that is accepted. */
  readonly waive: Readonly<Partial<Record<ClauseId, string>>>
}

export type AppKind = 'tauri' | 'electron' | 'wails' | 'flutter'

/** How the binary is made. Paths are absolute; `directory` is where the tool runs, the contract's where nothing else is said. */
export type BuildPlan =
  /** A Node program: the entry module, TypeScript or JavaScript. */
  | { readonly by: 'pkg'; readonly entry: string }
  /** Into the Node of this version; null is the project's own. */
  | { readonly by: 'sea'; readonly entry: string; readonly node: string | null }
  /** A program for Bun, which may run on Node, too. */
  | { readonly by: 'bun'; readonly entry: string }
  /** A main package: by its import path, or `.` where it is the directory's. */
  | { readonly by: 'go'; readonly package: string; readonly directory: string }
  /** Of a Rust package: the only binary where `bin` is null; `directory` is that of its manifest. */
  | {
      readonly by: 'cargo'
      readonly bin: string | null
      readonly manifest: string | null
      readonly profile: string
      readonly directory: string
    }
  /** A command of the user's, which puts the file at `output`, or, where that is null, at {output} in its words. */
  | {
      readonly by: 'command'
      readonly run: readonly string[]
      readonly output: string | null
      readonly directory: string
    }

/**
 * How the sidecar is asked for a port: by a variable, by arguments with `{port}` in them, where `{port}` stands in the
 * contract's own arguments and variables, or (`none`) not at all.
 */
export type PortContract = (
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'arguments'; readonly args: readonly string[] }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'none' }
) & { readonly unasked: UnaskedPort }

/**
 * What a launch says of its port when it wants no certain one: nothing, 0, or a free one that the harness has chosen, as
 * an app does whose sidecar cannot choose.
 */
export type UnaskedPort = 'nothing' | 'zero' | 'chosen'

/** What is announced, and where. */
export interface AnnounceContract {
  readonly pattern: AnnouncePattern
  readonly on: AnnounceChannel
}

/** `listener` for servers that say nothing: the kernel tells where they listen. */
export type AnnounceChannel =
  | { readonly kind: 'stdout' | 'stderr' | 'listener' }
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  /** Its path, in which {tmp} and {home} stand for a life's own directories. */
  | { readonly kind: 'file'; readonly path: string }

/** How it is written. */
export type AnnouncePattern =
  /** A line with {port}, {host}, {url}, {socket} or {token} in it. */
  | { readonly kind: 'template'; readonly template: string }
  /** A line, with groups of these names. */
  | { readonly kind: 'regexp'; readonly source: string; readonly flags: string }
  /** Fields of an object on a line of its own, or behind a text. */
  | {
      readonly kind: 'json'
      readonly fields: JsonFields
      readonly where: JsonMarks
      readonly after: string | null
    }
  /** The first URL of this machine, with its port, in any line. */
  | { readonly kind: 'url'; readonly after: string | null }
  | { readonly kind: 'integer' | 'go-plugin' | 'listener' }

export interface HealthContract {
  /** Asked by HTTP; `tcp` accepts a connection and no more is known of it; with `none` it is well while it runs. */
  readonly kind: 'http' | 'tcp' | 'none'
  /** Whether it is asked by TLS; null for as it was announced, and plainly where nothing was said. */
  readonly secure: boolean | null
  /** Of every request to it; {token} and {port} stand for what was announced. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether anything is promised of the body. */
  readonly hasSchema: boolean
  readonly path: string
  readonly status: number
  /** What the body has to say of `app` and `version`; null where nothing is promised. */
  readonly app: string | null
  readonly version: string | null
  /** The body's key that holds the time of the response, ISO 8601; null for none. */
  readonly timestamp: string | null
  /** The body's key that holds the seconds since the start; null for none. */
  readonly uptime: string | null
  /**
   * How many requests at once it has to answer. A window of a web app opens six connections, and four windows are
   * many; a hundred are more than the accept queue of five of Python's http.server can hold, which serves apps well.
   */
  readonly burst: number
}

export interface NetContract {
  /** Ports that it may listen on beside the announced one; 0 stands for one that the system picked. */
  readonly ports: readonly number[]
  /** Origins of the app's windows, which get permission to ask: `tauri://localhost`. */
  readonly origins: readonly string[]
}

export type StopSignal = 'SIGTERM' | 'SIGINT'

/** A way of stopping that is no signal. */
export type StopRequest =
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'stdin-closed' }

export interface StopContract {
  readonly signals: readonly StopSignal[]
  readonly requests: readonly StopRequest[]
  /** What counts as a clean end: exit codes, or the signal that it may die of. */
  readonly accept: Readonly<Record<StopSignal | 'SIGHUP' | 'requested', readonly (number | NodeJS.Signals)[]>>
  /** A path that is answered slowly: a request to it is under way when the signal comes. */
  readonly slowPath: string | null
}

export interface LogsContract {
  /** Lines that stdout may hold beside announcements. */
  readonly stdout: readonly { readonly source: string; readonly flags: string }[]
}

export interface FleetContract {
  readonly instances: number
  /** How often it is started and stopped in a row. */
  readonly restarts: number
}

export interface ResourcesContract {
  /** How many requests are served while its descriptors and memory are watched. */
  readonly requests: number
  /** How long it is left alone. */
  readonly idleMs: number
}

export interface Budgets {
  /** From launch to the first good answer. Ten seconds: a cold page cache and a virus scanner included. */
  readonly readyMs: number
  /** From the signal to the exit. Ten seconds: what service managers commonly allow before they kill. */
  readonly graceMs: number
  /** For refusals, the parent's death and signals during start-up: a user waits for these with nothing to look at. */
  readonly soonMs: number
  /** The 99th percentile of a warm probe: what a person takes for at once. */
  readonly latencyMs: number
  /** A packed Node has some 120 MiB, with room for an application; beyond it downloads and virus scans get long. */
  readonly sizeBytes: number
  /** Of the whole tree, idle: a packed Node needs some 60 MiB. */
  readonly memoryBytes: number
  /** Of the whole tree, ever: beyond it a life is ended. Null for half of what the machine has free when it is launched. */
  readonly memoryCapBytes: number | null
  /** Of the whole tree: a sidecar with a worker for each core stays below it, one that starts itself does not. */
  readonly processes: number
  /** Of one core, while it is left alone: a laptop's battery notices more. */
  readonly idleCpuPercent: number
}

const MEBIBYTE = 1024 * 1024

/** The reference backend's promises; CONTRACT.md's table of budgets and amounts. */
export const DEFAULTS: {
  readonly port: PortContract
  readonly announce: AnnounceContract
  readonly health: HealthContract
  readonly net: NetContract
  readonly stopSignals: readonly StopSignal[]
  readonly cleanExit: readonly number[]
  readonly fleet: FleetContract
  readonly resources: ResourcesContract
  readonly budgets: Budgets
} = {
  port: { kind: 'variable', name: 'PORT', unasked: 'nothing' },
  announce: { pattern: { kind: 'template', template: 'BACKEND_PORT:{port}' }, on: { kind: 'stdout' } },
  health: {
    kind: 'http',
    secure: null,
    headers: {},
    hasSchema: true,
    path: '/health',
    status: 200,
    app: null,
    version: null,
    timestamp: 'timestamp',
    uptime: 'uptime',
    burst: 24,
  },
  net: { ports: [], origins: [] },
  stopSignals: ['SIGTERM', 'SIGINT'],
  cleanExit: [0],
  fleet: { instances: 3, restarts: 10 },
  resources: { requests: 500, idleMs: 2_000 },
  budgets: {
    readyMs: 10_000,
    graceMs: 10_000,
    soonMs: 5_000,
    latencyMs: 100,
    sizeBytes: 200 * MEBIBYTE,
    memoryBytes: 300 * MEBIBYTE,
    memoryCapBytes: null,
    processes: 32,
    idleCpuPercent: 5,
  },
}
