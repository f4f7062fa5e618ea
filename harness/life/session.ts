import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { type Host, MARKER_VARIABLE } from '../host/host.ts'
import { type Reaper, startReaper } from '../host/reaper.ts'
import { requireRoom } from '../host/room.ts'
import { MemoryWatch } from './memory-watch.ts'
import { PipeSupply } from './pipes.ts'
import { makePrivateDirectory, temporaryPath } from './private-directory.ts'
import { removeTree } from './remove-tree.ts'

/**
 * What the lives of one gate, or of one spec file, share: a clock, a private directory, a supply of pipes and
 * a reaper. Whoever opens a session closes it, and nothing of it is left then.
 */
export interface Session {
  readonly id: string
  readonly host: Host
  /** Milliseconds since the session was opened: monotonic, whatever happens to the wall clock. */
  now(): number
  /** Holds the private directories of the lives; mode 0700, and its name cannot be guessed. */
  readonly directory: string
  /** The same, as the kernel calls it: without links. */
  readonly realDirectory: string
  /** Null where the platform has no FIFOs. */
  readonly pipes: PipeSupply | null
  readonly reaper: Reaper
  readonly memory: MemoryWatch
  /** The variables of whoever runs the harness, less those that are the harness's own doing. */
  readonly callerEnvironment: Readonly<Record<string, string>>
  /** Where the harness was called. */
  readonly callerDirectory: string
  readonly lives: Set<Mortal>
  /** From the moment in which close() is called. */
  readonly isClosed: boolean
  /** Kills what still lives and removes the directory. Safe to call twice. */
  close(): Promise<void>
}

/** What a session needs to know of a life: how to end it. */
export interface Mortal {
  kill(why: string): void
  end(): Promise<void>
}

export interface SessionOptions {
  readonly host: Host
  readonly callerEnvironment?: NodeJS.ProcessEnv
  readonly callerDirectory?: string
}

/**
 * Nobody guesses so many, and the path of a temporary directory stays short: that of a Unix socket in it may have 104
 * bytes on macOS, and 108 on Linux.
 */
const ID_BYTES = 8

export async function openSession({
  host,
  callerEnvironment = process.env,
  callerDirectory = process.cwd(),
}: SessionOptions): Promise<Session> {
  requireRoom()
  const id = randomBytes(ID_BYTES).toString('hex')
  const origin = performance.now()
  const name = `sidecar-harness-${id}`
  const reaper = startReaper(id)
  // Told before it is made: there is no moment at which it could be left behind.
  reaper.own(temporaryPath(name))
  const directory = await makePrivateDirectory(name)
  const pipes = await PipeSupply.open(directory)
  const lives = new Set<Mortal>()
  let closing: Promise<void> | null = null
  return {
    id,
    host: tellingOfStrays(host, reaper),
    now: () => performance.now() - origin,
    directory,
    realDirectory: realpathSync(directory),
    pipes,
    reaper,
    memory: new MemoryWatch(),
    callerEnvironment: ownVariables(callerEnvironment),
    callerDirectory,
    lives,
    get isClosed() {
      return closing !== null
    },
    close() {
      closing ??= (async () => {
        const ends = await Promise.allSettled([...lives].map(life => life.end()))
        const failed = ends.find(end => end.status === 'rejected')
        // What could not be ended by us is left to the reaper, which is told nothing then.
        if (failed !== undefined) throw failed.reason
        await pipes?.close()
        await removeTree(directory)
        await reaper.dismiss()
      })()
      return closing
    },
  }
}

/** The same host, which lets the reaper know of every process that it has seen outside its leader's group. */
function tellingOfStrays(host: Host, reaper: Reaper): Host {
  const told = new Set<string>()
  return {
    ...host,
    async tree(life) {
      const members = await host.tree(life)
      for (const { pid, groupId, startedAt } of members) {
        const key = `${pid} ${startedAt}`
        if (groupId === life.pid || told.has(key)) continue
        told.add(key)
        reaper.watchStray(life.pid, pid)
      }
      return members
    },
  }
}

/** pnpm and npm put some forty variables into a script's environment that no user's shell has. */
function ownVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      entry[0] !== MARKER_VARIABLE &&
      !/^(npm_|INIT_CWD$|VITEST|NODE_PATH$)/.test(entry[0]),
  )
  return Object.fromEntries(entries)
}
