import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** The reference sidecar's entry, run from its sources: a start takes a tenth of what a build does. */
export const MAIN: string = join(import.meta.dirname, '../../../fixtures/backend/src/main.ts')

/** One backend under test. It is killed when its test ends, however that went. */
export interface Backend {
  readonly child: ChildProcess
  readonly printed: { stdout: string; stderr: string }
  readonly exit: Promise<Exit>
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

// Far beyond what any of this takes, also on a machine that is busy with other specs: a backend that
// hangs fails by this, one that is slow does not.
const PATIENCE_MS = 4_000

export function startBackend(env: NodeJS.ProcessEnv = {}, nodeArguments: readonly string[] = []): Backend {
  const child = spawn(process.execPath, [...nodeArguments, MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return watch(child)
}

export function watch(child: ChildProcess): Backend {
  const printed = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', text => {
    printed.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', text => {
    printed.stderr += text
  })
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  return { child, printed, exit }
}

/** Waits for the exit and the end of both streams. */
export async function exitOf(backend: Backend): Promise<Exit> {
  return await within(backend.exit, 'the exit', backend)
}

/** Waits for the announcement. */
export async function portOf(backend: Backend): Promise<number> {
  const [, port] = await lineOf(backend, 'stdout', /^BACKEND_PORT:(\d+)\n/)
  return Number(port)
}

/** Waits until a stream holds what is looked for. */
export async function lineOf(
  backend: Backend,
  stream: 'stdout' | 'stderr',
  wanted: RegExp,
): Promise<RegExpExecArray> {
  const found = Promise.withResolvers<RegExpExecArray>()
  const look = () => {
    const match = wanted.exec(backend.printed[stream])
    if (match !== null) found.resolve(match)
  }
  backend.child[stream]?.on('data', look)
  look()
  return await within(found.promise, `${wanted} on ${stream}`, backend)
}

/** A raw connection, closed with the test. Whatever comes back is collected, an abrupt end is no error. */
export async function dial(port: number, send = ''): Promise<{ socket: Socket; received: Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')

  let text = ''
  socket.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  socket.on('error', () => {})
  const received = once(socket, 'close').then(() => text)
  socket.write(send)
  return { socket, received }
}

export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
}

async function within<T>(promise: Promise<T>, what: string, { printed }: Backend): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(
      new Error(`No sign of ${what} after ${PATIENCE_MS} ms. It printed ${JSON.stringify(printed)}`),
    )
  }, PATIENCE_MS)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
