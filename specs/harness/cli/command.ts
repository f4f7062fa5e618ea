/** The command line as people call it: a process of its own, with a temporary directory of its own. */

import { mkdirSync, readdirSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, type ResultPromise } from 'execa'
import { test as base, type TestAPI } from 'vitest'
import { endProcess, processesWith } from '../life/processes.ts'

export interface Place {
  /** Where the command runs. */
  readonly directory: string
  /** TMPDIR of the command, and of nobody else: what is left of it can be seen here. */
  readonly temporary: string
  /** Runs the command line to its end. */
  run(...args: string[]): Promise<Ran>
  /** The same with options. */
  runWith(options: StartOptions, ...args: string[]): Promise<Ran>
  /** Starts it, and comes back at once. */
  start(args: readonly string[], options?: StartOptions): Running
  /** Writes a file into the directory, and returns its path. */
  write(name: string, content: string | Uint8Array, mode?: number): Promise<string>
  /** What is left in its temporary directory. */
  leftovers(): string[]
  /** What lives in this place, or was launched from it: the command, lives and their descendants, the reaper not. */
  alive(): number[]
}

export interface StartOptions {
  /** As the leader of a group, which can be signalled as a terminal does it. */
  readonly detached?: boolean
  /** A command line to put before it. */
  readonly through?: readonly string[]
  /** Variables beyond those of these specs. */
  readonly env?: Readonly<Record<string, string>>
  /** Where it runs, in its place: the place itself, where nothing is said. */
  readonly below?: string
  /** How long it may take, where that is longer than a gate. */
  readonly patienceMs?: number
}

export interface Ran {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export type Running = ResultPromise<CommandOptions>

interface CommandOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly extendEnv: false
  readonly detached: boolean
  readonly stdin: 'ignore'
  readonly reject: false
  readonly stripFinalNewline: false
  readonly timeout: number
  readonly killSignal: 'SIGKILL'
}

export const MAIN: string = join(import.meta.dirname, '../../../harness/cli/main.ts')

/** What hangs is ended by this. A gate takes a second or two. */
const PATIENCE_MS = 25_000

/** A test with a place of its own, of which nothing is left, and no process in it, when it is over. */
export const test: TestAPI<{ place: Place }> = base.extend<{ place: Place }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  async place({}, use) {
    const directory = await mkdtemp(join(tmpdir(), 'place-'))
    const temporary = join(directory, 'tmp')
    mkdirSync(temporary)
    const start: Place['start'] = (args, options = {}) => {
      const { detached = false, through = [], env = {}, below = '', patienceMs = PATIENCE_MS } = options
      const [command = '', ...rest] = [...through, process.execPath, MAIN, ...args]
      const usual = optionsFor(join(directory, below), temporary, detached)
      const all: CommandOptions = { ...usual, env: { ...usual.env, ...env }, timeout: patienceMs }
      return execa(command, rest, all)
    }
    const runWith: Place['runWith'] = async (options, ...args) => {
      const { exitCode, stdout, stderr } = await start(args, options)
      return { code: exitCode, stdout, stderr }
    }
    const alive = () => processesWith(directory)
    try {
      await use({
        directory,
        temporary,
        start,
        runWith,
        run: (...args) => runWith({}, ...args),
        async write(name, content, mode = 0o644) {
          const path = join(directory, name)
          await writeFile(path, content)
          await chmod(path, mode)
          return path
        },
        leftovers: () => readdirSync(temporary),
        alive,
      })
    } finally {
      // The command's own TMPDIR and a life's are both below this, so it stands in every environment.
      for (const pid of alive()) endProcess(pid)
      await rm(directory, { recursive: true, maxRetries: 5 })
    }
  },
})

/** Variables that the command heeds: those of whoever runs these specs would change what it says. */
const HEEDED = ['FORCE_COLOR', 'NO_COLOR', 'CI', 'GITHUB_ACTIONS', 'GITHUB_STEP_SUMMARY', 'SIDECAR_BINARY']

function optionsFor(directory: string, temporary: string, detached: boolean): CommandOptions {
  const environment = Object.entries(process.env).filter(([name]) => !HEEDED.includes(name))
  return {
    cwd: directory,
    env: { ...Object.fromEntries(environment), TMPDIR: temporary },
    extendEnv: false,
    detached,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  }
}
