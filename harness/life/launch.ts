import type { ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import type { Pipe, PipeSupply } from './pipes.ts'

export interface LaunchRequest {
  readonly file: string
  readonly args: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: 'pipe' | 'null'
  /** Null where the platform has no FIFOs: the child gets Node's socketpairs then. */
  readonly pipes: PipeSupply | null
  /** Where the next chunk of a stream is best read to. Its memory is used again after `onOutput`. */
  room(stream: 'stdout' | 'stderr'): Buffer
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void
  /** A descriptor beside the usual three that it is given, and what comes on it. */
  readonly further?: { readonly descriptor: number; onOutput(chunk: Buffer): void }
  onStreamEnd(stream: 'stdout' | 'stderr'): void
  onExit(code: number | null, signal: NodeJS.Signals | null): void
}

export interface LaunchedProcess {
  readonly pid: number
  readonly transport: 'pipe' | 'socketpair'
  readonly stdin: Writable | null
  readonly stdout: Readable | Socket | null
  readonly stderr: Readable | Socket | null
  /** Lets go of the streams, whoever still holds their other ends. */
  release(): void
}

/** The file could not be launched at all. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * A file that was just written can be busy because another thread's fork still holds it open for writing
 * (rust-lang/rust#114554). That passes within milliseconds; nothing else deserves a second try.
 */
const BUSY_TRIES = 20
const BUSY_PAUSE_MS = 25

/**
 * Launches the file as the leader of its own group and session, with no shell in between. Every listener is
 * attached in the tick of the spawn, so that nothing it writes is lost. Throws LaunchError.
 */
export async function launch(request: LaunchRequest): Promise<LaunchedProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launchOnce(request)
    } catch (error) {
      if (!(error instanceof LaunchError && error.code === 'ETXTBSY') || attempt === BUSY_TRIES) throw error
      await delay(BUSY_PAUSE_MS)
    }
  }
}

async function launchOnce(request: LaunchRequest): Promise<LaunchedProcess> {
  const { pipes } = request
  const ends = pipes === null ? null : { stdout: await pipes.take(), stderr: await pipes.take() }
  let subprocess: ReturnType<typeof start>
  try {
    subprocess = start(request, ends)
  } catch (error) {
    // A NUL in an argument, say: not even an attempt was made, and nobody will read.
    ends?.stdout.abandon()
    ends?.stderr.abandon()
    throw error
  } finally {
    if (ends !== null) {
      closeSync(ends.stdout.writeEnd)
      closeSync(ends.stderr.writeEnd)
    }
  }
  const child: ChildProcess = subprocess.nodeChildProcess
  child.once('exit', (code, signal) => request.onExit(code, signal))
  // A parent that keeps the pipe open and a child that stopped reading: EPIPE is the child's affair.
  child.stdin?.on('error', () => child.stdin?.destroy())
  const read = (name: 'stdout' | 'stderr') => {
    const onChunk = (chunk: Buffer) => request.onOutput(name, chunk)
    const onEnd = () => request.onStreamEnd(name)
    if (ends === null) return readSocket(child[name], onChunk, onEnd)
    return ends[name].read({ room: () => request.room(name), onChunk, onEnd })
  }
  const further = child.stdio[request.further?.descriptor ?? 0]
  if (request.further !== undefined) further?.on('data', request.further.onOutput)
  let stdout = read('stdout')
  let stderr = read('stderr')
  if (child.pid === undefined) {
    stdout?.destroy()
    stderr?.destroy()
    const result = await subprocess
    throw new LaunchError(result.code ?? 'UNKNOWN', result.originalMessage ?? 'it could not be launched')
  }
  return {
    pid: child.pid,
    transport: ends === null ? 'socketpair' : 'pipe',
    stdin: child.stdin,
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    release() {
      child.stdin?.destroy()
      further?.destroy()
      stdout?.destroy()
      stderr?.destroy()
      // Each has a buffer of its own, which it keeps: a life that has ended may be held for long, as Vitest holds a test's.
      stdout = null
      stderr = null
    },
  }
}

function start(request: LaunchRequest, ends: { stdout: Pipe; stderr: Pipe } | null) {
  // execa passes on any descriptor; its types only know those up to 9.
  const output = (end: Pipe | undefined) => (end?.writeEnd ?? 'pipe') as 'pipe'
  // The harness owns lifetime, escalation and verdict; execa launches, and does nothing of that.
  return execa(request.file, [...request.args], {
    cwd: request.directory,
    env: request.environment,
    extendEnv: false,
    detached: process.platform !== 'win32',
    stdio: [
      request.stdin === 'null' ? 'ignore' : 'pipe',
      output(ends?.stdout),
      output(ends?.stderr),
      ...furtherDescriptors(request),
    ],
    buffer: false,
    reject: false,
    cleanup: false,
    forceKillAfterDelay: false,
    windowsHide: true,
  })
}

/** A sidecar that is given the seventh is given nothing in between. */
function furtherDescriptors({ further }: LaunchRequest): readonly ('ignore' | 'pipe')[] {
  if (further === undefined) return []
  return [...Array.from({ length: further.descriptor - 3 }, () => 'ignore' as const), 'pipe']
}

function readSocket(
  stream: Readable | null,
  onChunk: (chunk: Buffer) => void,
  onEnd: () => void,
): Readable | null {
  stream?.on('data', onChunk)
  stream?.once('close', onEnd)
  return stream
}
