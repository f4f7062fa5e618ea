import type { ClauseId, Level } from './catalogue.ts'
import type { Budgets } from './contract.ts'

/** A contract as its user writes it: every key optional, paths relative to the contract's file. */
export interface ContractInput {
  /** Names the sidecar in reports; the binary's own name where it is left out. */
  name?: string
  /** The app that ships it. With `tauri` the binary's name has to end with its target triple. */
  app?: 'tauri' | 'electron' | 'wails' | 'flutter'
  /** The binary, without the target triple that is added to it: `src-tauri/binaries/backend`. */
  binary?: string
  /** How to build it: the entry module of a Node program, bundled and packed into one executable. */
  build?: { entry: string }
  /** Files and directories that are installed beside the binary, relative to its directory. */
  files?: string[]
  /** The oldest C library that it has to run with, such as `glibc 2.31`; this machine's own where it is left out. */
  libcFloor?: string
  args?: string[]
  env?: Record<string, string>
  /** How it is asked for a port; `{ variable: 'PORT' }` where it is left out, false where it cannot be. */
  port?: { variable: string } | { args: string[] } | false
  /** `BACKEND_PORT:{port}`, or a RegExp with a group named `port`. */
  announce?: string | RegExp
  health?: {
    path?: string
    status?: number
    schema?: StandardSchema
    /** What the body has to say of `app` and `version`. */
    app?: string
    version?: string
    /** The body's keys for the time of the response and the seconds since the start; false for none. */
    timestamp?: string | false
    uptime?: string | false
    /** Requests at once. */
    burst?: number
  }
  net?: {
    /** Ports that it may listen on beside the announced one; 0 stands for one that the system picks. */
    ports?: number[]
    /** Origins of the app's windows: `tauri://localhost`, `http://tauri.localhost`. */
    origins?: string[]
  }
  stop?: {
    signals?: ('SIGTERM' | 'SIGINT')[]
    /** Other ways of stopping. */
    requests?: ({ http: string } | { line: string } | { stdin: 'closed' })[]
    accept?: Partial<Record<'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'requested', (number | NodeJS.Signals)[]>>
    /** A path that is answered slowly, such as `/export`: a stop has to wait for it. */
    slowPath?: string
  }
  logs?: { stdout?: RegExp[] }
  fleet?: { instances?: number; restarts?: number }
  resources?: { requests?: number; idleMs?: number }
  budgets?: { -readonly [Key in keyof Budgets]?: Budgets[Key] }
  /** Enables a may, or changes a level. */
  levels?: Partial<Record<ClauseId, Level>>
  /** Clauses that are known to fail, each with the reason why that is accepted. */
  waive?: Partial<Record<ClauseId, string>>
}

/** The part of a Standard Schema validator (https://standardschema.dev) that the harness calls. */
export interface StandardSchema {
  readonly '~standard': {
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>
  }
}

interface StandardResult {
  readonly issues?:
    | readonly {
        readonly message: string
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
      }[]
    | undefined
}
