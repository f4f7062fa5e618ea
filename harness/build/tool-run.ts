import { setTimeout as delay } from 'node:timers/promises'
import type { ResultPromise } from 'execa'
import type { Host } from '../host/host.ts'
import { duration } from '../text/duration.ts'
import { BuildError, type BuildFailure, ToolMissingError } from './errors.ts'
import { type Guard, markOf } from './guard.ts'
import { collectOutput, readLines } from './tool-output.ts'

/** A tool that is to do its part of a build. */
export interface ToolRun {
  /** What people call it. */
  readonly tool: string
  /** The step of the build that it does. */
  readonly phase: string
  /** What it makes, or what it is to make it from. */
  readonly file: string
  /** An absolute path; or a name, which is looked for in the project's node_modules/.bin, too. */
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Whose node_modules/.bin that is, with those above it; `cwd` where nothing is said. */
  readonly project?: string
  /** Beyond the environment of the harness. */
  readonly environment?: Readonly<Record<string, string>>
  readonly limitMs: number
  /** What to do when there is no such tool; left out where it was found before. */
  readonly howToGet?: string
  readonly guard: Guard
  readonly signal?: AbortSignal | undefined
  readonly onOutput?: ((line: string) => void) | undefined
  /** Gets the lines of stdout, as they are, where those are meant for programs: then they are none of its words. */
  readonly onAnswer?: (line: string) => void
}

/** A packer takes some seconds; on a machine that is forty times slower it is more likely stuck. */
export const PACKER_LIMIT_MS = 120_000

/** A release build of a large program and all that it depends on takes ten minutes on a slow machine; longer is more likely stuck. */
export const COMPILER_LIMIT_MS = 1_800_000

/** To end by itself, as a compiler does that removes its temporary files first. */
const GRACE_MS = 500
/** What is killed is gone within milliseconds; one that waits for a disk that hangs is not waited for. */
const KILL_MS = 2_000
/** What it printed last is in the pipe by then. A daemon that it leaves behind may hold the pipe for ever. */
const DRAIN_MS = 100

/**
 * Runs a tool to its end, in a group of its own, and comes back with what it printed. Throws BuildError in its words when
 * it fails or is still at work when its time is over, ToolMissingError, and the signal's reason; whatever it started is
 * gone by then. After a success a daemon stays that it left for the next build.
 */
export async function runTool(run: ToolRun): Promise<readonly string[]> {
  const { signal, tool, limitMs } = run
  signal?.throwIfAborted()
  // Only when a binary has to be made: one that is kept does without, and they take longer to load than that.
  const [{ execa }, { selectHost }] = await Promise.all([import('execa'), import('../host/index.ts')])
  const host = selectHost()
  const output = collectOutput(run.onOutput)
  const child = execa(run.command, run.args, optionsOf(run))
  const { pid } = child
  if (pid !== undefined) {
    run.guard.watch(pid)
    host.notice({ pid, marker: run.guard.marker })
  }
  const out = run.onAnswer === undefined ? output.reader() : readLines(run.onAnswer)
  const err = output.reader()
  child.stdout.on('data', out)
  child.stderr.on('data', err)
  // A descendant can hold them when the tool is long gone, and they tell nothing then that is waited for.
  for (const stream of [child.stdout, child.stderr]) stream.on('error', () => {})

  const ending = Promise.withResolvers<'aborted' | 'late'>()
  const onAbort = () => ending.resolve('aborted')
  signal?.addEventListener('abort', onAbort)
  const timer = setTimeout(() => ending.resolve('late'), limitMs)
  const exited = exitOf(child)
  try {
    const how = await Promise.race([exited, ending.promise])
    if (typeof how === 'string') await endAll(host, child, run.guard, exited)
    else await Promise.race([Promise.all([drained(child.stdout), drained(child.stderr)]), delay(DRAIN_MS)])
    out(null)
    err(null)
    const failure = failureOf(run, output.lines())
    if (how === 'aborted') throw signal?.reason
    if (how === 'late') {
      const said = failure.lines.length === 0 ? 'It printed nothing.' : 'It printed:'
      throw new BuildError(
        `${tool} was still at work after ${duration(limitMs)} and was ended. ${said}`,
        failure,
      )
    }
    if (how.code === 0) return failure.lines
    await endAll(host, child, run.guard, exited)
    throw judge(how, run, failure)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    if (pid !== undefined) run.guard.forget(pid)
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }
}

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly error: NodeJS.ErrnoException | null
}

type Child = ResultPromise<ToolOptions>

interface ToolOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly preferLocal: true
  readonly localDir: string
  readonly stdin: 'ignore'
  readonly reject: false
  readonly buffer: false
  readonly detached: boolean
  readonly cleanup: false
  readonly windowsHide: true
}

function optionsOf({ cwd, project = cwd, environment, guard }: ToolRun): ToolOptions {
  return {
    cwd,
    env: { ...environment, ...markOf(guard) },
    preferLocal: true,
    localDir: project,
    stdin: 'ignore',
    reject: false,
    buffer: false,
    // A group of its own, and no controlling terminal: whoever ends it ends its children with it.
    detached: process.platform !== 'win32',
    cleanup: false,
    windowsHide: true,
  }
}

/** By its exit, and not by the end of its streams. Of one that was never started execa has the reason. */
async function exitOf(child: Child): Promise<Exit> {
  if (child.pid === undefined) {
    return { code: null, signal: null, error: (await child).cause as NodeJS.ErrnoException }
  }
  const { promise, resolve } = Promise.withResolvers<Exit>()
  child.nodeChildProcess.once('exit', (code, signal) => resolve({ code, signal, error: null }))
  return promise
}

function drained(stream: NodeJS.ReadableStream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  stream.once('end', resolve)
  stream.once('close', resolve)
  return promise
}

/** Asks the group to end, and then ends what is left of it, also what has left the group. */
async function endAll(host: Host, { pid }: Child, { marker }: Guard, exited: Promise<Exit>): Promise<void> {
  if (pid === undefined) return
  // Who has left the group and wears no mark (`env -i`, sudo) is known by its parents, as long as they are there.
  await host.tree({ pid, marker })
  if (host.signalGroup(pid, 'SIGTERM')) await Promise.race([exited, delay(GRACE_MS)])
  await host.killTree({ pid, marker }, KILL_MS)
}

function failureOf({ tool, phase, file }: ToolRun, lines: readonly string[]): BuildFailure {
  return { tool, phase, file, lines }
}

function judge({ code, signal, error }: Exit, run: ToolRun, failure: BuildFailure): BuildError {
  if (error?.code === 'ENOENT' && run.howToGet !== undefined) {
    return new ToolMissingError(run.tool, run.howToGet, { cause: error })
  }
  const how = error?.code ?? signal ?? `exit code ${code}`
  const lines = error === null ? failure.lines : [...failure.lines, error.message]
  const said = lines.length === 0 ? '. It printed nothing.' : ':'
  return new BuildError(`${run.tool} could not make the binary (${how})${said}`, { ...failure, lines })
}
