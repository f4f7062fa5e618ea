import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dial, exitOf, get, lineOf, portOf } from '../backend/backend.ts'
import { needsCompiler, startNative, statusesIn } from './native.ts'

needsCompiler()

const CLEAN = { code: 0, signal: null }

// Each is a line in the log: some 80 KiB, where a pipe holds 64 and a socket pair a few hundred lines.
const REQUESTS = 5_000

describe('the native sidecar, when its parent stops reading', () => {
  it('goes on serving with both streams closed, and ends with 0', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    // Where nobody has ever read anything it ends, as an orphan: it has to be past that look.
    await expectToServe(port, 1)
    sidecar.child.stdout?.destroy()
    sidecar.child.stderr?.destroy()

    await expectToServe(port, 2)
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
  })

  it('survives an announcement that nobody can read', async () => {
    const sidecar = await startNative()
    sidecar.child.stdout?.destroy()

    const [, port] = await lineOf(sidecar, 'stderr', /^listening on port (\d+)\n/m)
    await expectToServe(Number(port), 1)
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
  })

  it('goes on serving, and ends with 0, with a socket as stderr that nobody reads', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    sidecar.child.stderr?.pause()

    await expectToServe(port, REQUESTS)
    sidecar.child.kill('SIGTERM')
    // Only with the rest of the stream read does the exit count as one.
    sidecar.child.once('exit', () => sidecar.child.stderr?.resume())
    expect(await exitOf(sidecar)).toEqual(CLEAN)
    expect(sidecar.printed.stderr.match(/^GET/gm)?.length).toBeLessThan(REQUESTS)
  })

  it('goes on serving, and ends with 0, with a pipe as stderr that nobody reads', async () => {
    const ends = await openPipe()
    const sidecar = await startNative(undefined, { stdio: ['ignore', 'pipe', ends.write] })
    const port = await portOf(sidecar)

    await expectToServe(port, REQUESTS)
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
  })
})

async function expectToServe(port: number, requests: number): Promise<void> {
  const { socket, received } = await dial(port, get('/health').repeat(requests))
  socket.end()
  expect(statusesIn(await received)).toEqual(Array(requests).fill(200))
}

/** A real pipe, as desktop apps give them: Node's own is a pair of sockets. */
async function openPipe(): Promise<{ write: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'native-pipe-'))
  const path = join(directory, 'pipe')
  execFileSync('mkfifo', [path])
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const write = openSync(path, constants.O_WRONLY)
  onTestFinished(async () => {
    closeSync(read)
    closeSync(write)
    await rm(directory, { recursive: true })
  })
  return { write }
}
