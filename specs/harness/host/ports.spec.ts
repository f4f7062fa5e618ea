import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type ListenOptions, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { LOCAL_ADDRESSES } from '../../../harness/host/listening.ts'
import { holdPort, PortError, reserveFrom, reservePort } from '../../../harness/host/ports.ts'
import { PATIENCE_MS } from './families.ts'

const HAS_IPV6 = Object.values(networkInterfaces()).some(group =>
  group?.some(({ address }) => address === '::1'),
)

const PROGRAMS = join(import.meta.dirname, 'programs')

describe('reservePort', { timeout: 2 * PATIENCE_MS }, () => {
  test('gives one on which anything can be listened to', async () => {
    const { port } = await reserve()

    for (const address of LOCAL_ADDRESSES) {
      const held = await holdPort(port, address)
      expect(held === null).toBe(address.includes(':') && !HAS_IPV6)
      await held?.close()
    }
  })

  test.runIf(process.platform === 'linux')('gives none that the kernel hands out', async () => {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1')
    const [first = 0, last = 0] = range.split('\t').map(Number)

    for (let index = 0; index < 50; index++) {
      const { port } = await reserve()
      expect(port < first || port > last).toBe(true)
    }
  })

  test('gives none a second time soon after it was released', async () => {
    const ports = new Set<number>()
    for (let index = 0; index < 200; index++) {
      const { port, release } = await reservePort()
      await release()
      ports.add(port)
    }

    expect(ports.size).toBe(200)
  })

  test.for(LOCAL_ADDRESSES)('passes over one that another program has on %s', async (address, { skip }) => {
    skip(address.includes(':') && !HAS_IPV6, 'this machine has no IPv6 loopback address')
    const [taken, free] = (await findFreePorts(2)) as [number, number]
    await listen(taken, address)

    const { port, release } = await reserveFrom([taken, free].values())()
    await release()

    expect(port).toBe(free)
  })

  test('does not keep what it passed over', async () => {
    const [port] = (await findFreePorts(1)) as [number]
    const other = await listen(port, '127.0.0.1')
    await expect(reserveFrom([port].values())()).rejects.toThrow(PortError)

    other.close()
    const { release } = await reserveFrom([port].values())()
    await release()
  })

  test('gives one to nobody else before it is released, and once it is, to the next', async () => {
    const [port] = (await findFreePorts(1)) as [number]
    const first = await reserveFrom([port].values())()

    await expect(reserveFrom([port].values())()).rejects.toThrow(PortError)
    await first.release()
    await first.release()
    const second = await reserveFrom([port].values())()
    await second.release()

    expect(second.port).toBe(port)
  })

  test('gives 200 that four processes want at once to one of them each', async () => {
    const ports = await findFreePorts(260)
    const harnesses = await Promise.all(Array.from({ length: 4 }, () => startReserver(ports, 50)))

    const reserved = await Promise.all(harnesses.map(({ begin }) => begin()))

    expect(reserved.map(({ length }) => length)).toEqual([50, 50, 50, 50])
    expect(new Set(reserved.flat()).size).toBe(200)
  })

  test('gives what a harness had that was killed to the next', async () => {
    const ports = await findFreePorts(8)
    const harness = await startReserver(ports, 8)
    await harness.begin()
    await expect(reserveFrom(ports.values())()).rejects.toThrow('of 8 that were tried each is taken')

    harness.child.kill('SIGKILL')
    await once(harness.child, 'exit')
    const { port, release } = await reserveFrom(ports.values())()
    await release()

    expect(port).toBe(ports[0])
  })

  test('keeps no process from its end', () => {
    const { status, stdout } = spawnSync(process.execPath, [join(PROGRAMS, 'forgetful.ts')], {
      encoding: 'utf8',
      timeout: PATIENCE_MS,
    })

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'true\n' })
  })
})

describe('holdPort', { timeout: 2 * PATIENCE_MS }, () => {
  test.for(LOCAL_ADDRESSES)(
    'keeps others from listening on %s, until it is closed',
    async (address, { skip }) => {
      skip(address.includes(':') && !HAS_IPV6, 'this machine has no IPv6 loopback address')
      const { port } = await reserve()
      const held = await holdPort(port, address)

      await expect(listen(port, address)).rejects.toMatchObject({ code: 'EADDRINUSE' })
      await held?.close()
      await held?.close()

      await listen(port, address)
    },
  )

  test('takes IPv4 with it on ::', async ({ skip }) => {
    skip(!HAS_IPV6, 'this machine has no IPv6 loopback address')
    const { port } = await reserve()
    const held = await holdPort(port, '::')
    onTestFinished(() => held?.close())

    await expect(listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(listen(port, '0.0.0.0')).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test.runIf(process.platform === 'linux')(
    'lets those have it too who share it, as its like does',
    async () => {
      const { port } = await reserve()
      const held = await holdPort(port, '127.0.0.1')
      onTestFinished(() => held?.close())

      await listen(port, '127.0.0.1', { reusePort: true })
    },
  )

  test('hangs up on whoever connects, and does not wait for them when it is closed', async () => {
    const { port } = await reserve()
    const held = await holdPort(port, '127.0.0.1')
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    onTestFinished(() => void client.destroy())

    await once(client.resume(), 'end')
    await held?.close()

    await listen(port, '127.0.0.1')
  })

  test('says so when somebody else listens there', async () => {
    const [port] = (await findFreePorts(1)) as [number]
    await listen(port, '127.0.0.1')

    const holding = holdPort(port, '127.0.0.1')

    await expect(holding).rejects.toThrow(PortError)
    await expect(holding).rejects.toThrow(`Port ${port} on 127.0.0.1 cannot be held`)
  })
})

describe('in a network of its own', { timeout: 2 * PATIENCE_MS }, () => {
  beforeEach(({ skip }) => skip(runInNetwork('true') === null, 'it needs root, unshare and ip'))

  test('holds what there is without IPv6, and finds a port', () => {
    const answer = askInNetwork('echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6')

    // All addresses are also those of IPv4 alone.
    expect(answer).toEqual({ addresses: ['127.0.0.1', '0.0.0.0', '::'], wish: { port: expect.any(Number) } })
  })

  test('says what to do where the kernel hands out every port', () => {
    const answer = askInNetwork('echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range')

    expect(answer.wish).toEqual({
      name: 'PortError',
      blame: 'machine',
      message: expect.stringMatching(/hands out every port.*ip_local_reserved_ports/),
    })
  })

  test('takes one that was set aside there', () => {
    const answer = askInNetwork(
      'echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range; echo 20100 > /proc/sys/net/ipv4/ip_local_reserved_ports',
    )

    expect(answer.wish).toEqual({ port: 20_100 })
  })
})

function askInNetwork(setUp: string): { addresses: string[]; wish: object } {
  const program = [process.execPath, join(PROGRAMS, 'port-asker.ts')]
  const stdout = runInNetwork(`${setUp}; exec "$@"`, ...program)
  return JSON.parse(stdout ?? '')
}

/** Null where it fails. */
function runInNetwork(script: string, ...args: string[]): string | null {
  const command = ['-n', 'sh', '-c', `ip link set lo up && ${script}`, 'sh', ...args]
  const { status, stdout } = spawnSync('unshare', command, { encoding: 'utf8' })
  return status === 0 ? stdout : null
}

async function reserve() {
  const reserved = await reservePort()
  onTestFinished(() => reserved.release())
  return reserved
}

/** Ports that were free a moment ago. This process does not ask for them again so soon. */
async function findFreePorts(count: number): Promise<number[]> {
  const reserved = await Promise.all(Array.from({ length: count }, () => reservePort()))
  await Promise.all(reserved.map(({ release }) => release()))
  return reserved.map(({ port }) => port)
}

async function listen(port: number, host: string, options: ListenOptions = {}): Promise<Server> {
  const server = createServer()
  onTestFinished(() => void server.close())
  server.listen({ port, host, ...options })
  await once(server, 'listening')
  return server
}

interface Reserver {
  readonly child: ChildProcess
  /** Has it reserve, and comes back with what it got. */
  begin(): Promise<number[]>
}

async function startReserver(ports: readonly number[], count: number): Promise<Reserver> {
  const program = join(PROGRAMS, 'reserver.ts')
  const child = spawn(process.execPath, [program, JSON.stringify({ ports, count })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)
  await nextLine(lines)
  return {
    child,
    async begin() {
      const answer = nextLine(lines)
      child.stdin.write('\n')
      return JSON.parse(await answer)
    },
  }
}

async function nextLine(lines: Interface): Promise<string> {
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(PATIENCE_MS) })
  return line
}
