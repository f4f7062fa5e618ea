import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { dial, get, portOf } from '../backend/backend.ts'
import { needsCompiler, startNative } from './native.ts'
import { stateOf, TICK_MS, usedMs } from './usage.ts'

needsCompiler()

// A Linux machine's /proc is where this can be read.
describe.skipIf(process.platform !== 'linux')('the native sidecar, while it sits there', () => {
  it('uses next to no processor time', async () => {
    const { child } = await startServing()
    const before = usedMs(child.pid)
    await delay(1_500)
    expect(usedMs(child.pid) - before).toBeLessThanOrEqual(TICK_MS)
  })

  it('is a few megabytes, and after 20,000 requests no more than after 1,000', async () => {
    const { child, port } = await startServing()
    await ask(port, 1_000)
    const before = stateOf(child.pid)
    for (let round = 0; round < 20; round++) await ask(port, 1_000)

    const after = stateOf(child.pid)
    expect(after.descriptors).toBe(before.descriptors)
    expect(after.residentKib - before.residentKib).toBeLessThanOrEqual(64)
    expect(after.residentKib).toBeLessThan(8 * 1024)
  })
})

async function startServing() {
  const { child, ...rest } = await startNative()
  return { child: { pid: child.pid as number }, port: await portOf({ child, ...rest }) }
}

async function ask(port: number, requests: number): Promise<void> {
  const { socket, received } = await dial(port, get('/health').repeat(requests))
  socket.end()
  expect((await received).match(/"status":"ok"/g)).toHaveLength(requests)
}
