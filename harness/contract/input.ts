import type { ClauseId, Level } from './catalogue.ts'
import type { Budgets, UnaskedPort } from './contract.ts'
import type { Name } from './grammar/reading.ts'

/** A contract as its user writes it: every key optional, paths relative to the contract's file. */
export interface ContractInput {
  /** The address of the JSON Schema, for editors. */
  $schema?: string
  /** Where the contract begins: what an app, or a kind of server, makes sensible. What stands here wins over it. */
  preset?: 'plain' | 'tauri' | 'electron' | 'go-plugin'
  /** Names the sidecar in reports; the binary's own name where it is left out. */
  name?: string
  /** The app that ships it. With `tauri` the binary's name has to end with its target triple. */
  app?: 'tauri' | 'electron' | 'wails' | 'flutter'
  /** The binary, without the target triple that is added to it: `src-tauri/binaries/backend`. */
  binary?: string
  /**
   * The target triples that its app is shipped for: the file of each has to be there, and is judged by its bytes. This
   * machine's alone where it is left out.
   */
  targets?: string[]
  /** How to build it before it is judged. */
  build?: BuildInput
  /** Files and directories that are installed beside the binary, relative to its directory. */
  files?: string[]
  /** The oldest C library that it has to run with, such as `glibc 2.31`; this machine's own where it is left out. */
  libcFloor?: string
  /** The oldest macOS that it has to run on, such as `11.0`; any where it is left out. For programs for macOS alone. */
  macosFloor?: string
  /**
   * In these three, and in a command of `setup`, {port} stands for its port, {tmp} and {home} for directories of the
   * life's own (instances at once share {home}), and {here} for the directory of the contract's file.
   */
  args?: string[]
  env?: Record<string, string>
  cwd?: string
  /** Called before each launch: a function, or a command that runs in the working directory of the life. */
  setup?: Setup | string[]
  /**
   * How it is asked for a port; `{ variable: 'PORT' }` where it is left out, false where it cannot be. `unasked` is what
   * it is told when no certain port is wanted: nothing, zero, or one that the harness has chosen.
   */
  port?:
    | { variable: string; unasked?: UnaskedPort }
    | { args: string[]; unasked?: UnaskedPort }
    | { unasked: UnaskedPort }
    | false
  /**
   * A template such as `BACKEND_PORT:{port}`; a RegExp with a group named port, url or socket; `url`, `integer` or
   * `go-plugin`; or `listener`, for servers that say nothing: the kernel tells where they listen.
   */
  announce?: string | Pattern | AnnounceInput
  /** False where nothing can be asked of it; `tcp` where it only accepts connections. */
  health?: HealthInput | 'tcp' | false
  net?: {
    /** Ports that it may listen on beside the announced one; 0 stands for one that the system picks. */
    ports?: number[]
    /** Origins of the app's windows: `tauri://localhost`, `http://tauri.localhost`. */
    origins?: string[]
  }
  stop?: StopInput & {
    /** What is different on a platform. */
    windows?: StopInput
    macos?: StopInput
    linux?: StopInput
  }
  /** Lines that stdout may hold. */
  logs?: { stdout?: Pattern[] }
  fleet?: { instances?: number; restarts?: number }
  resources?: { requests?: number; idleMs?: number }
  budgets?: { -readonly [Key in keyof Budgets]?: Budgets[Key] }
  /** Enables a may, or changes a level. */
  levels?: Partial<Record<ClauseId, Level>>
  /** Clauses that are known to fail, each with the reason why that is accepted. */
  waive?: Partial<Record<ClauseId, string>>
}

/** What makes the binary; without `by` it is pkg. */
export type BuildInput =
  /** The entry module of a Node program, bundled and packed into one executable. */
  | { by?: 'pkg' | 'bun'; entry: string }
  /** The same by Node itself; `node` is the version to put it into, for every target, where that is not the project's. */
  | { by: 'sea'; entry: string; node?: string }
  /** A main package of Go, as a path or by its import path; that of the contract's directory where it is left out. */
  | { by: 'go'; package?: string }
  /** A binary of a Rust package, whose Cargo.toml is looked for from the contract's directory up; its release profile. */
  | { by: 'cargo'; bin?: string; manifest?: string; profile?: string }
  /**
   * A command, which runs in the directory of the contract's file. It writes the binary to {output}, or to a file of its
   * own, which `output` names then. {triple} stands for the target triple in both.
   */
  | { by: 'command'; run: string[]; output?: string }

/** How a port is announced where a line of text does not say it. */
export interface AnnounceInput {
  /** A template, a RegExp, `url`, `integer` or `go-plugin`. */
  line?: string | Pattern
  /** Instead: where in an object on a line the port stands, `port` or `data.port`; or a path for each name. */
  json?: string | Partial<Record<Name, string>>
  /** What else stands in that object, and tells it from others: `{ type: 'ready' }`. */
  where?: Readonly<Record<string, string | number | boolean>>
  /** What stands before the object, or before the URL, in the line. */
  after?: string
  /** The stream, or the number of a descriptor that it is given; stdout where it is left out. */
  on?: 'stdout' | 'stderr' | number
  /** Instead: a file that it writes, such as `{tmp}/port`; in its name * stands for what nobody knows before. */
  file?: string
}

export interface HealthInput {
  protocol?: 'http' | 'https'
  path?: string
  status?: number
  /** Of every request; {token} and {port} stand for what was announced. */
  headers?: Record<string, string>
  /** False where nothing is promised of the body. */
  schema?: StandardSchema | false
  /** What the body has to say of `app` and `version`. */
  app?: string
  version?: string
  /** The body's keys for the time of the response and the seconds since the start; false for none. */
  timestamp?: string | false
  uptime?: string | false
  /** Requests at once. */
  burst?: number
}

export interface StopInput {
  signals?: ('SIGTERM' | 'SIGINT')[]
  /** Other ways of stopping. */
  requests?: ({ http: string } | { line: string } | { stdin: 'closed' })[]
  accept?: Partial<Record<'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'requested', (number | NodeJS.Signals)[]>>
  /** A path that is answered slowly, such as `/export`: a stop has to wait for it. */
  slowPath?: string
}

/** A RegExp, also as JSON has to write it. */
export type Pattern = RegExp | { source: string; flags?: string }

/** Prepares a life, in directories that are its own, before it is launched. */
export type Setup = (life: SetupContext) => void | Promise<void>

/** What a setup is told. */
export interface SetupContext {
  /** Absolute paths. */
  readonly home: string
  readonly tmp: string
  readonly cwd: string
  /** The port that it is going to be asked for; null for none. */
  readonly port: string | null
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
