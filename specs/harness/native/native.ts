/** The native sidecar under test: compiled once for a spec file, launched as often as it likes. */

import { type SpawnOptions, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { hasCompiler, makeNative, NEEDS_COMPILER, SOUND } from '../../../fixtures/native/make.ts'
import { type Backend, watch } from '../backend/backend.ts'

const isPossible = await hasCompiler()

let directory: string

/** For the top of a spec file: where there is no compiler its tests are skipped, and say so. */
export function needsCompiler(): void {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'native-spec-'))
    // Here, where a compiler on a busy machine has the time that it needs.
    if (isPossible) await nativeFile()
  })
  beforeEach(({ skip }) => skip(!isPossible, NEEDS_COMPILER))
  afterAll(() => rm(directory, { recursive: true }))
}

/** The file of the sidecar with this fault, or of the sound one. */
export function nativeFile(name: string = SOUND): Promise<string> {
  return makeNative(name, directory)
}

/** Launches the sidecar with this fault, or the sound one. It is killed when its test ends, however that went. */
export async function startNative(name: string = SOUND, options: SpawnOptions = {}): Promise<Backend> {
  const child = spawn(await nativeFile(name), [], { env: {}, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return watch(child)
}

/** A request after whose answer the connection is closed. */
export function getOnce(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`
}

/** The statuses of all responses that came in on a connection. */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}

// Below the ports that systems hand out: between our looking and the sidecar's binding nobody is given one of these.
const FIRST_PORT = 20_000
const PORTS = 12_000

/** A port that nobody has. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    const server = createServer()
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false))
      server.listen({ port, host: '127.0.0.1' }, () => resolve(true))
    })
    if (!isFree) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
}
