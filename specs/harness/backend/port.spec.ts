import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dial, exitOf, portOf, startBackend } from './backend.ts'

describe('the port of the reference backend', () => {
  it.each([{}, { PORT: '' }, { PORT: '0' }])('is the choice of the system with %j', async env => {
    const [one, other] = [startBackend(env), startBackend(env)]
    expect(await portOf(one)).not.toBe(await portOf(other))
  })

  it('is the one that was asked for', async () => {
    const port = await freePort()
    expect(await portOf(startBackend({ PORT: String(port) }))).toBe(port)
  })

  it.each(['abc', '-1', '70000', '8080.5', ' 8080', '0x1F90', '1e3'])(
    'is refused when it is no port: %j',
    async PORT => {
      const backend = startBackend({ PORT })
      expect(await exitOf(backend)).toEqual({ code: 1, signal: null })
      expect(backend.printed.stdout).toBe('')
      expect(backend.printed.stderr).toMatch(/^PORT is ".*", which is no port: .*\.\n$/)
      expect(backend.printed.stderr).toContain(JSON.stringify(PORT))
    },
  )

  it('is refused when another program listens on it', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => {
      holder.close()
    })
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo

    const backend = startBackend({ PORT: String(port) })
    expect(await exitOf(backend)).toEqual({ code: 1, signal: null })
    expect(backend.printed.stdout).toBe('')
    expect(backend.printed.stderr).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken .*\\.\n$`))
  })

  it('is open on 127.0.0.1 and on no other address', async () => {
    const port = await portOf(startBackend())
    await dial(port)

    // Loopback is a whole network; a wildcard listener would answer on this address too.
    await expect(once(connect(port, '127.0.0.2'), 'connect')).rejects.toThrow()
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
