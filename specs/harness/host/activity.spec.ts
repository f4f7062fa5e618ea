import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Activity } from '../../../harness/host/host.ts'
import { linuxHost } from '../../../harness/host/linux.ts'
import { parseConnections } from '../../../harness/host/linux-activity.ts'
import { countKinds } from '../../../harness/host/linux-descriptors.ts'
import { PATIENCE_MS, startFamily, startProgram } from './families.ts'
import { HOSTS } from './hosts.ts'

const linux = HOSTS.find(({ kind }) => kind === 'linux')

describe('what a process on Linux waits for', { timeout: 2 * PATIENCE_MS }, () => {
  beforeEach(({ skip }) => skip(linux?.missing !== undefined, linux?.missing))

  async function activityOf(pid: number): Promise<Activity> {
    const activity = await linuxHost.activity([pid])
    if (activity === null) throw new Error('this host tells nothing')
    return activity
  }

  test('is told by its state, and how many threads it has', async () => {
    const shell = await startProgram('/bin/sh', ['-c', "echo 'it 1'; sleep 30; true"], ['it'])
    const node = await startFamily({ name: 'leader' })

    const [waiting] = (await activityOf(shell.life.pid)).processes
    expect(waiting).toMatchObject({ pid: shell.life.pid, state: 'S', threads: 1 })
    const [threaded] = (await activityOf(node.life.pid)).processes
    expect(threaded?.threads).toBeGreaterThan(1)
  })

  test('and in which function of the kernel, where that tells', async ({ skip }) => {
    const { life } = await startProgram('/bin/sh', ['-c', "echo 'it 1'; sleep 30; true"], ['it'])
    const [first] = (await activityOf(life.pid)).processes
    skip(first?.waitsIn === null, 'this kernel does not tell where a process sleeps')

    // Its line is read before it has launched what it then waits for.
    const waitsIn = async () => (await activityOf(life.pid)).processes[0]?.waitsIn
    await expect.poll(waitsIn, { timeout: PATIENCE_MS }).toBe('do_wait')
  })

  test('is a signal that it blocks', async ({ skip }) => {
    const hasPython = spawnSync('python3', ['--version']).status === 0
    skip(!hasPython, 'there is no python3, and Node cannot block a signal')
    const script = `
      import os, signal, time
      signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
      os.write(1, b'it 1\\n')
      time.sleep(30)`.replace(/^ {6}/gm, '')
    const { life } = await startProgram('python3', ['-c', script], ['it'])
    linuxHost.signal(life.pid, 'SIGTERM')

    expect((await activityOf(life.pid)).processes).toMatchObject([{ pending: ['SIGTERM'] }])
    expect(linuxHost.handlingOf(life.pid, 'SIGTERM')).toBe('blocked')
  })

  test('are its connections, those of its clients and its own, and nobody else’s', async () => {
    const family = await startFamily({
      name: 'leader',
      listensOn: ['127.0.0.1'],
      children: [{ name: 'child' }],
    })
    const port = family.portOf('leader', '127.0.0.1')
    const client = connect(port, '127.0.0.1')
    onTestFinished(() => void client.destroy())
    await once(client, 'connect')

    const found = await untilAccepted(() => activityOf(family.life.pid))

    const end = { address: '127.0.0.1', remoteAddress: '127.0.0.1', state: 'established' }
    const localPort = client.localPort
    expect(found).toEqual([{ ...end, pid: family.life.pid, port, remotePort: localPort }])
    expect((await activityOf(family.pidOf('child'))).connections).toEqual([])
    const own = (await activityOf(process.pid)).connections
    expect(own).toContainEqual({ ...end, pid: process.pid, port: localPort, remotePort: port })
  })
})

/** A connection is the process's once that has accepted it. */
async function untilAccepted(look: () => Promise<Activity>): Promise<Activity['connections']> {
  for (;;) {
    const { connections } = await look()
    if (connections.length > 0) return connections
  }
}

test('the kernel’s table of connections is read without what listens, and without what nobody holds', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1
   2: 0100007F:1F90 0100007F:C351 08 00000000:00000000 00:00000000 00000000  1000        0 4713 1
   3: 0100007F:1F90 0100007F:C352 06 00000000:00000000 00:00000000 00000000     0        0 0 3
`
  expect(parseConnections(table)).toEqual([
    expect.objectContaining({ inode: '4712', state: 'established', port: 8080, remotePort: 50_000 }),
    expect.objectContaining({ inode: '4713', state: 'close wait', remotePort: 50_001 }),
  ])
})

describe('descriptors', () => {
  test('are counted by what they are, files that are open once by their directory', () => {
    const links = ['socket:[1]', 'socket:[2]', 'socket:[3]', 'anon_inode:[eventpoll]', 'pipe:[7]']
    const files = ['/tmp/a', '/tmp/b', '/dev/null', '/dev/null']

    expect(countKinds([...links, ...files])).toEqual([
      { what: 'socket', count: 3 },
      { what: '/tmp/*', count: 2 },
      { what: '/dev/null', count: 2 },
      { what: 'eventpoll', count: 1 },
      { what: 'pipe', count: 1 },
    ])
  })

  test('of a process are those that it has open', { timeout: 2 * PATIENCE_MS }, async ({ skip }) => {
    skip(linux?.missing !== undefined, linux?.missing)
    const script = `
      const { openSync } = require('node:fs')
      for (let count = 0; count < 20; count++) openSync('/dev/zero')
      console.log('it 1')
      setInterval(() => {}, 1_000)`
    const { life } = await startProgram(process.execPath, ['-e', script], ['it'])

    expect(await linuxHost.descriptors([life.pid])).toContainEqual({ what: '/dev/zero', count: 20 })
  })
})
