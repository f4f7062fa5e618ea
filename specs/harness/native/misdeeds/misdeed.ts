import type { SpawnOptions } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { onTestFinished } from 'vitest'
import type { Backend } from '../../backend/backend.ts'
import { dial, lineOf } from '../../backend/backend.ts'
import { getOnce, startNative, statusesIn } from '../native.ts'

/** Shows, with expectations, that a native sidecar with a fault has it. By the fault's name. */
export type Misdeeds = Readonly<Record<string, () => Promise<void>>>

/** What does not come within this time, on a connection of this machine, is being kept back. */
export const KEPT_BACK_MS = 300

export interface Serving {
  readonly sidecar: Backend
  readonly pid: number
  readonly port: number
}

export async function start(name?: string, options?: SpawnOptions): Promise<Serving> {
  const sidecar = await startNative(name, options)
  return { sidecar, pid: sidecar.child.pid as number, port: await portIn(sidecar) }
}

/** The port, from the log: stdout is what some of them get wrong. */
export async function portIn(sidecar: Backend): Promise<number> {
  const [, port] = await lineOf(sidecar, 'stderr', /listening on port (\d+)$/m)
  return Number(port)
}

/** Asks once, and reads the whole answer. */
export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: Asked = {},
): Promise<Answer> {
  const answer = await request(`http://127.0.0.1:${port}${path}`, { method, headers, reset: true })
  const text = await answer.body.text()
  return { status: answer.statusCode, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
}

interface Asked {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'OPTIONS'
  readonly headers?: Record<string, string>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readonly<Record<string, unknown>> | null
}

/** Starts it, and has one request answered: some only then do what they should not. */
export async function startAndAsk(name: string, options?: SpawnOptions): Promise<Serving> {
  const serving = await start(name, options)
  await ask(serving.port, '/health')
  return serving
}

/** An empty directory, removed with its test. */
export async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'native-misdeed-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

/** Sends so many requests at once. Returns how many are answered. */
export async function countAnswers(
  port: number,
  requests: number,
  whenSent: () => void = () => {},
): Promise<number> {
  const all = await Promise.all(Array.from({ length: requests }, () => dial(port, getOnce('/health'))))
  whenSent()
  const texts = await Promise.all(all.map(({ received }) => received.catch(() => '')))
  return texts.filter(text => statusesIn(text)[0] === 200).length
}
