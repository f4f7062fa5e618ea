import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Backend, dial, exitOf, get, lineOf, portOf } from '../backend/backend.ts'
import { getOnce, needsCompiler, startNative } from './native.ts'

needsCompiler()

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
const CLEAN = { code: 0, signal: null }

// A stop with nothing under way takes a millisecond, or a few hundred on a busy machine; one that waits for somebody
// takes the five seconds that it gives them.
const AT_ONCE_MS = 2_000

describe.each(SIGNALS)('%s ends the native sidecar', signal => {
  it('at once when clients hold connections that are silent, half a request, or done', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    await dial(port)
    await dial(port, 'GET /health HTTP/1.1\r\nHost: 127.')
    const answered = await dial(port, get('/health'))
    await once(answered.socket, 'data')

    sidecar.child.kill(signal)
    await lineOf(sidecar, 'stderr', new RegExp(`^stopping: ${signal}$`, 'm'))
    const start = performance.now()
    expect(await exitOf(sidecar)).toEqual(CLEAN)
    expect(performance.now() - start).toBeLessThan(AT_ONCE_MS)
  })

  it('after what is under way is answered, whole, with more signals on the way', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    const silent = await dial(port)
    const { received } = await dial(port, get('/slow?ms=300'))
    await lineOf(sidecar, 'stderr', /^GET \/slow 200$/m)

    for (const each of [signal, ...SIGNALS]) {
      sidecar.child.kill(each)
      await lineOf(sidecar, 'stderr', /^stopping: /m)
    }
    expect(await silent.received).toBe('')
    expect(await received).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nConnection: close\r\n[\s\S]*"waited":300\}$/,
    )
    expect(await exitOf(sidecar)).toEqual(CLEAN)
    expect(sidecar.printed.stderr.match(/^stopping: /gm)).toHaveLength(1)
  })

  it('after requests that had arrived and not been read yet, also on connections not accepted yet', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    const used = await dial(port, get('/health'))
    await once(used.socket, 'data')

    // While it is held, requests and the signal wait in the kernel, whatever their order.
    sidecar.child.kill('SIGSTOP')
    used.socket.write(get('/slow?ms=1'))
    const fresh = await dial(port, get('/slow?ms=2'))
    sidecar.child.kill(signal)
    const late = await dial(port, get('/slow?ms=3'))
    sidecar.child.kill('SIGCONT')

    expect(await used.received).toContain('"waited":1}')
    expect(await fresh.received).toContain('"waited":2}')
    expect(await late.received).toContain('"waited":3}')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
  })

  it('whenever in its start it comes', async () => {
    for (let life = 0; life < 20; life++) {
      const sidecar = await startNative()
      // Its start takes a millisecond; before that the process is still a copy of ours, and dies by the signal.
      await delay(life / 5)
      sidecar.child.kill(signal)
      const exit = await exitOf(sidecar)
      expect([CLEAN, { code: null, signal }]).toContainEqual(exit)
      if (sidecar.printed.stdout !== '') expect(exit).toEqual(CLEAN)
    }
  })
})

describe('without a signal it ends the native sidecar', () => {
  const post = (origin: string) =>
    `POST /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n${origin}Content-Length: 0\r\n\r\n`

  it('to send POST /shutdown, which is answered', async () => {
    const sidecar = await startNative()
    const { received } = await dial(await portOf(sidecar), post(''))
    expect(await received).toMatch(/^HTTP\/1\.1 202 Accepted\r\n[\s\S]*\{"stopping":true\}$/)
    expect(await exitOf(sidecar)).toEqual(CLEAN)
  })

  it('to write the line quit to its stdin, in whatever pieces', async () => {
    const { stdin, ...sidecar } = await startWithStdin()
    stdin.write('qu')
    await isServing(sidecar)
    stdin.write('it\r\n')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
  })

  it('but neither by other lines, nor by the end of its stdin, nor by what a web page may send', async () => {
    const { stdin, ...sidecar } = await startWithStdin()
    const port = await portOf(sidecar)
    stdin.end('quitt\nxquit\n\nplease stop\n')
    const { received } = await dial(port, post('Origin: https://example.org\r\nConnection: close\r\n'))
    expect(await received).toMatch(/^HTTP\/1\.1 403 /)
    await isServing(sidecar)
    expect(sidecar.printed.stderr).not.toContain('stopping')
  })
})

async function startWithStdin(): Promise<Backend & { readonly stdin: Writable }> {
  const sidecar = await startNative(undefined, { stdio: ['pipe', 'pipe', 'pipe'] })
  if (sidecar.child.stdin === null) throw new Error('it has no stdin')
  return { ...sidecar, stdin: sidecar.child.stdin }
}

/** It reads what has come in the order of its turns: when the second is answered, all that came before has been read. */
async function isServing(sidecar: Backend): Promise<void> {
  const port = await portOf(sidecar)
  for (let count = 0; count < 2; count++) {
    const { received } = await dial(port, getOnce('/health'))
    expect(await received).toMatch(/^HTTP\/1\.1 200 /)
  }
}

it('an answer that nobody takes keeps the native sidecar up for five seconds, and no longer', async () => {
  const sidecar = await startNative()
  const { socket, received } = await dial(await portOf(sidecar))
  const isCut = expect(received).rejects.toThrow(/ECONNRESET|EPIPE/)
  socket.pause()
  socket.write(get('/health').repeat(PILED_UP))
  await untilStill(() => sidecar.printed.stderr.length)

  const start = performance.now()
  sidecar.child.kill('SIGTERM')
  await once(sidecar.child, 'exit')
  expect(sidecar.child.exitCode).toBe(0)
  expect(performance.now() - start).toBeGreaterThan(4_900)
  expect(performance.now() - start).toBeLessThan(9_000)
  expect(sidecar.printed.stderr.match(/^GET/gm)?.length).toBeLessThan(PILED_UP)
  await isCut
})

// Far beyond what the buffers of both sides hold: once no more requests are logged it is in the middle of an answer.
const PILED_UP = 200_000
const LOOK_EVERY_MS = 250
const LOOKS = 4

/** Waits until something has begun to grow, and has not grown for a second. */
async function untilStill(size: () => number): Promise<void> {
  let before = size()
  for (let still = 0; still < LOOKS || before === 0; still = size() === before ? still + 1 : 0) {
    before = size()
    await delay(LOOK_EVERY_MS)
  }
}
