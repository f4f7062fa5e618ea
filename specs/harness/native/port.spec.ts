import { once } from 'node:events'
import { createServer, type ListenOptions } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dial, exitOf, portOf } from '../backend/backend.ts'
import { freePort, getOnce, needsCompiler, startNative, statusesIn } from './native.ts'

needsCompiler()

const HAS_IPV6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'))

const HOLDERS: readonly ListenOptions[] = [
  { host: '127.0.0.1' },
  { host: '0.0.0.0' },
  { host: '::1' },
  { host: '::' },
  { host: '::', ipv6Only: true },
]

describe('the port of the native sidecar', () => {
  it.each([{}, { PORT: '' }, { PORT: '0' }])('is the choice of the system with %j', async env => {
    const [one, other] = [await startNative(undefined, { env }), await startNative(undefined, { env })]
    expect(await portOf(one)).not.toBe(await portOf(other))
  })

  it('is the one that was asked for, also right after another life has used it', async () => {
    const port = await freePort()
    for (let life = 0; life < 10; life++) {
      const sidecar = await startNative(undefined, { env: { PORT: String(port) } })
      expect(await portOf(sidecar)).toBe(port)
      // The sidecar hangs up first, which leaves the port in TIME_WAIT.
      expect(statusesIn(await (await dial(port, getOnce('/health'))).received)).toEqual([200])
      sidecar.child.kill('SIGTERM')
      expect(await exitOf(sidecar)).toEqual({ code: 0, signal: null })
    }
  })

  it.each([
    'abc',
    '-1',
    '+80',
    '70000',
    '65536',
    '8080.5',
    ' 8080',
    '8080\n',
    '0x1F90',
    '1e3',
    '9'.repeat(40),
  ])('is refused when it is no port: %j', async PORT => {
    const sidecar = await startNative(undefined, { env: { PORT } })
    expect(await exitOf(sidecar)).toEqual({ code: 1, signal: null })
    expect(sidecar.printed.stdout).toBe('')
    expect(sidecar.printed.stderr).toMatch(/^PORT is ".*", which is no port: .*\.\n$/)
    expect(sidecar.printed.stderr).toContain(PORT.trimEnd())
  })

  it.for(HOLDERS)('is refused when somebody listens on it, at %j', async (where, { skip }) => {
    skip(where.host?.includes(':') === true && !HAS_IPV6, 'this machine has no IPv6 loopback address')
    const port = await freePort()
    const holder = createServer().listen({ ...where, port })
    onTestFinished(() => {
      holder.close()
    })
    await once(holder, 'listening')

    const sidecar = await startNative(undefined, { env: { PORT: String(port) } })
    expect(await exitOf(sidecar)).toEqual({ code: 1, signal: null })
    expect(sidecar.printed.stdout).toBe('')
    expect(sidecar.printed.stderr).toMatch(new RegExp(`^Port ${port} is taken .*\\.\n$`))
  })

  it('is open on 127.0.0.1 and on no other address', async () => {
    const port = await portOf(await startNative())
    await dial(port)

    // Loopback is a whole network: a wildcard listener would be taken here too.
    for (const host of ['127.0.0.2', '::1']) {
      const neighbour = createServer().listen({ port, host })
      const [outcome] = await Promise.race([
        once(neighbour, 'listening').then(() => ['free']),
        once(neighbour, 'error').then(([error]) => [error.code]),
      ])
      neighbour.close()
      expect([host, outcome]).toEqual([host, host === '::1' && !HAS_IPV6 ? 'EADDRNOTAVAIL' : 'free'])
    }
  })
})
