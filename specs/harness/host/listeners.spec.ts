import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { HostLookupError, type Listener } from '../../../harness/host/host.ts'
import { linuxHost } from '../../../harness/host/linux.ts'
import { type Family, PATIENCE_MS, pidsOf, startFamily, startProgram, untilEnded } from './families.ts'
import { HOSTS } from './hosts.ts'

const HAS_IPV6 = Object.values(networkInterfaces()).some(group =>
  group?.some(({ address }) => address === '::1'),
)

const NO_IPV6 = 'this machine has no IPv6 loopback address'

describe.each(HOSTS)('$kind host', { timeout: 2 * PATIENCE_MS }, ({ host, missing }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing))

  describe('listeners', () => {
    const addresses = ['127.0.0.1', '0.0.0.0']
    const addressesOfIpv6 = ['::1', '::', '::ffff:127.0.0.1']

    test.each(addresses)('finds one on %s', async address => {
      const family = await startFamily({ name: 'leader', listensOn: [address] })

      expect(await host.listeners([family.life.pid])).toEqual([listenerOf(family, address)])
    })

    test.for(addressesOfIpv6)('finds one on %s', async (address, { skip }) => {
      skip(!HAS_IPV6, NO_IPV6)
      const family = await startFamily({ name: 'leader', listensOn: [address] })

      expect(await host.listeners([family.life.pid])).toEqual([listenerOf(family, address)])
    })

    test('tells whose they are, and leaves out connections and what others listen on', async () => {
      const [family, other] = await Promise.all([
        startFamily({
          name: 'leader',
          listensOn: addresses,
          children: [{ name: 'child', listensOn: ['127.0.0.1'] }, { name: 'deaf' }],
        }),
        startFamily({ name: 'leader', listensOn: ['127.0.0.1'] }),
      ])
      await holdConnection(family.portOf('leader', '127.0.0.1'))

      const found = await host.listeners(pidsOf(family, 'leader', 'child', 'deaf'))

      const expected = [
        ...addresses.map(address => listenerOf(family, address)),
        listenerOf(family, '127.0.0.1', 'child'),
      ]
      expect(sort(found)).toEqual(sort(expected))
      expect(await host.listeners([other.life.pid])).toEqual([listenerOf(other, '127.0.0.1')])
    })

    test('names a socket that is shared with a child once', async () => {
      const script = `
        const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
          const heir = require('node:child_process').spawn('sleep', ['1000'], { stdio: ['ignore', 'ignore', 'ignore', server._handle.fd] })
          console.log('leader listens 127.0.0.1 ' + server.address().port)
          console.log('heir ' + heir.pid)
        })`
      const family = await startProgram(process.execPath, ['-e', script], ['heir'])
      const heir = family.pidOf('heir')

      const expected = listenerOf(family, '127.0.0.1')
      expect(await host.listeners([family.life.pid, heir])).toEqual([expected])
      expect(await host.listeners([heir])).toEqual([{ ...expected, pid: heir }])
    })

    test('are none for no process, for one that listens to nothing and for one that has ended', async () => {
      const { life } = await startFamily({ name: 'leader' })

      expect(await host.listeners([])).toEqual([])
      expect(await host.listeners([life.pid])).toEqual([])
      process.kill(life.pid, 'SIGKILL')
      await untilEnded(life.pid)
      expect(await host.listeners([life.pid])).toEqual([])
    })
  })

  describe('listenersOn', () => {
    test('says who listens on a port, and nobody when the owner has ended', async () => {
      const family = await startFamily({ name: 'leader', listensOn: ['127.0.0.1', '127.0.0.1'] })
      const port = family.portOf('leader', '127.0.0.1')

      expect(await host.listenersOn(port)).toEqual([listenerOf(family, '127.0.0.1')])
      process.kill(family.life.pid, 'SIGKILL')
      await untilEnded(family.life.pid)
      expect(await host.listenersOn(port)).toEqual([])
    })
  })
})

describe.runIf(process.platform === 'linux' && process.geteuid?.() === 0)(
  "linux host, of another user's process",
  () => {
    test('listenersOn cannot tell whose socket it is, and says 0', async () => {
      const family = await startFamily({ name: 'leader', listensOn: ['127.0.0.1'] })
      const port = family.portOf('leader', '127.0.0.1')

      const found = await withoutPrivileges(() => linuxHost.listenersOn(port))

      expect(found).toEqual([{ address: '127.0.0.1', port, pid: 0 }])
    })

    test('listeners does not take what it cannot see for nothing', async () => {
      const family = await startFamily({ name: 'leader', listensOn: ['127.0.0.1'] })

      const found = withoutPrivileges(() => linuxHost.listeners([family.life.pid]))

      await expect(found).rejects.toThrow(HostLookupError)
    })
  },
)

function listenerOf(family: Family, address: string, name = 'leader'): Listener {
  const pid = name === 'leader' ? family.life.pid : family.pidOf(name)
  return { address: address.replace('::ffff:', ''), port: family.portOf(name, address), pid }
}

function sort(listeners: readonly Listener[]): Listener[] {
  return listeners.toSorted((a, b) => a.port - b.port)
}

async function holdConnection(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
}

/** What a call sees that asks the system at once, as another user: back to root before anything else runs. */
function withoutPrivileges<Answer>(ask: () => Answer): Answer {
  process.seteuid?.('nobody')
  try {
    return ask()
  } finally {
    process.seteuid?.('root')
  }
}
