import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { makeFork, makeHostile } from '../../../fixtures/hostile/make.ts'
import { hasCompiler, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import { test } from '../cli/command.ts'
import { BUDGETS, endure, expectHarmless, VAIN } from './ordeal.ts'
import { contractOf, FORK_ORDEALS, ORDEALS } from './ordeals.ts'

/* Each hostile sidecar, judged by the clause that shows what it does. The whole gate on each is in whole-gate.alone.ts. */

/** A second or two, some more where a budget is waited for; on a machine that is very busy ten times that. What hangs does for ever. */
const ENDS_MS = 24_000

/** Said by the shell that was to mount one. */
const NO_DISK = 77

const REPORTERS = ['json', 'junit', 'markdown', 'html', 'github', 'trace']

const compiles = await hasCompiler()

describe.concurrent('check ends in time, and leaves nothing, with one that', () => {
  test.for(ORDEALS.filter(({ isSlow }) => isSlow === undefined))(
    '$name ($code, by $only)',
    async (ordeal, { place }) => {
      const file = await makeHostile(ordeal.name, place.directory)
      await place.write('contract.json', contractOf(ordeal))

      const args = ['check', file, '--config', 'contract.json', '--only', ordeal.only]
      const { code, stdout, stderr } = await endure(place, args, ENDS_MS)

      expect(`${stdout}${stderr}`).toMatch(ordeal.says)
      expect(code).toBe(ordeal.code)
      expect(stderr).not.toContain('fault of the harness')
    },
  )

  test.for(FORK_ORDEALS.filter(({ isSlow }) => isSlow === undefined))(
    'multiplies as $name ($code, by $only)',
    async (ordeal, { place, skip }) => {
      skip(!compiles, NEEDS_COMPILER)
      const file = await makeFork(ordeal.name, place.directory)
      await place.write('contract.json', contractOf(ordeal))

      const args = ['check', file, '--config', 'contract.json', '--only', ordeal.only]
      const { code, stdout } = await endure(place, args, ENDS_MS)

      expect(stdout).toMatch(ordeal.says)
      expect(code).toBe(ordeal.code)
    },
  )

  test('redirects elsewhere: nobody goes there', async ({ place }) => {
    const elsewhere = await listenForCallers()
    const file = await makeHostile('redirects', place.directory)
    const env = { ELSEWHERE: `http://127.0.0.1:${elsewhere.port}/` }
    await place.write('contract.json', JSON.stringify({ budgets: VAIN, env }))

    const only = 'health/ready-at-announcement'
    const { code, stdout } = await endure(
      place,
      ['check', file, '--config', 'contract.json', '--only', only],
      ENDS_MS,
    )

    expect(elsewhere.close()).toBe(0)
    expect(stdout).toContain('✖ health/ready-at-announcement')
    expect(code).toBe(1)
  })

  test('announces the port of another: it is told from its own, and the other one lives on', async ({
    place,
  }) => {
    const another = await listenForCallers()
    const file = await makeHostile('announces-anothers-port', place.directory)
    const contract = { budgets: VAIN, env: { ANOTHERS: String(another.port) } }
    await place.write('contract.json', JSON.stringify(contract))

    const { code, stdout } = await endure(
      place,
      ['check', file, '--config', 'contract.json', '--only', 'announce/own-port'],
      ENDS_MS,
    )

    expect(another.close()).toBeGreaterThan(0)
    expect(stdout).toContain('✖ announce/own-port')
    expect(code).toBe(1)
  })
})

describe.concurrent('controls that a sidecar writes, on both streams, in headers, bodies and errors', () => {
  test('do nothing in any report', async ({ place }) => {
    const file = await makeHostile('writes-controls', place.directory)
    await place.write('contract.json', JSON.stringify({ budgets: VAIN }))
    const only = ['--only', 'start/within-budget,announce,logs,health/ready-at-announcement']
    const reporters = REPORTERS.flatMap(name => ['--reporter', `${name}=report.${name}`])

    const args = ['check', file, '--config', 'contract.json', '--verbose', ...only, ...reporters]
    const { code, stdout } = await endure(place, args, ENDS_MS)

    expect(code).toBe(1)
    expect(stdout).not.toMatch(/^::/m)
    for (const name of REPORTERS) {
      const written = readFileSync(join(place.directory, `report.${name}`), 'utf8')
      expect(written.length).toBeGreaterThan(100)
      expect(written).not.toMatch(/<img src=x/)
      expectHarmless(written)
    }
  })

  test('do nothing on the terminal of who debugs it', async ({ place }) => {
    const file = await makeHostile('writes-controls', place.directory)
    await place.write('contract.json', JSON.stringify({ budgets: VAIN }))

    const args = ['debug', file, '--config', 'contract.json', '--once']
    expect((await endure(place, args, ENDS_MS)).code).toBe(1)
  })
})

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a disk that is full, the harness’s own too, is no fault of the harness',
  async ({ place, skip }) => {
    // A small disk of its own, in a mount namespace of its own: gone with the command.
    const disk = join(place.temporary, 'disk')
    mkdirSync(disk)
    const script = `mount -t tmpfs -o size=8m tmpfs "$0" 2>/dev/null || exit ${NO_DISK}; exec "$@"`
    const through = ['unshare', '--mount', 'sh', '-c', script, disk]
    const file = await makeHostile('fills-its-disk', place.directory)
    await place.write('contract.json', JSON.stringify({ budgets: BUDGETS, health: { app: 'hostile' } }))
    const kept = join(place.directory, 'kept')
    const only = ['--only', 'stop/sigterm', '--artifacts', kept]
    const args = ['check', file, '--config', 'contract.json', ...only]

    const { code, stdout } = await place.runWith({ through, env: { TMPDIR: disk } }, ...args)

    skip(code === NO_DISK, 'nothing may be mounted here')
    expect(readFileSync(join(kept, 'lives', 'stop-sigterm', 'streams.json'), 'utf8')).toContain(
      'ENOSPC: full',
    )
    expect(stdout).toMatch(/^pass {5}1 pass/m)
    expect(code).toBe(0)
    expect(place.alive()).toEqual([])
  },
)

/** A server on loopback that counts who comes. */
async function listenForCallers() {
  let callers = 0
  const server = createServer(socket => {
    callers += 1
    socket.on('error', () => {})
    socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    close() {
      server.close()
      return callers
    },
  }
}
