import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Usage } from '../../../harness/host/host.ts'
import { linuxHost } from '../../../harness/host/linux.ts'
import { isInTable, PATIENCE_MS, startFamily, untilEnded } from './families.ts'
import { HOSTS } from './hosts.ts'
import type { Account, Consumption } from './programs/consumer.ts'

const CONSUMER = join(import.meta.dirname, 'programs/consumer.ts')
const LINUX_HOST = join(import.meta.dirname, '../../../harness/host/linux.ts')
const MIB = 1_024 * 1_024

/** It prints its account when it has used all; between that and the look it does next to nothing. */
const AFTERWARDS_MS = 50
/** What a running thread uses is added up at each tick of the scheduler, which comes every 1 to 10 ms. */
const UNCOUNTED_MS = 10
/** `ps` of Linux prints whole seconds. */
const SECOND_MS = 1_000

describe.each(HOSTS)('usage of the $kind host', { timeout: 2 * PATIENCE_MS }, ({ kind, host, missing }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing))

  async function usageOf(pid: number): Promise<Usage> {
    const [usage] = await host.usage([pid])
    if (usage === undefined) throw new Error(`nothing is known of ${pid}`)
    return usage
  }

  test('tells how much processor time a process has used', async () => {
    const [busy, idle] = await Promise.all([startConsumer({ ownMs: 1_300 }), startConsumer({})])

    for (const { pid, cpuMs } of [busy, idle]) {
      const usage = await usageOf(pid)
      expect(usage.cpuMs).toBeGreaterThan(cpuMs - (kind === 'posix' ? SECOND_MS : UNCOUNTED_MS))
      expect(usage.cpuMs).toBeLessThan(cpuMs + AFTERWARDS_MS)
    }
  })

  test('tells how much memory it has in RAM', async () => {
    const [large, small] = await Promise.all([startConsumer({ bytes: 128 * MIB }), startConsumer({})])

    const difference = (await usageOf(large.pid)).residentBytes - (await usageOf(small.pid)).residentBytes

    expect(difference).toBeGreaterThan(120 * MIB)
    expect(difference).toBeLessThan(140 * MIB)
  })

  test('tells how many descriptors it has open, or that this cannot be told', async () => {
    const [many, few] = await Promise.all([startConsumer({ descriptors: 20 }), startConsumer({})])

    const seen = [(await usageOf(many.pid)).descriptors, (await usageOf(few.pid)).descriptors]

    expect(seen).toEqual(kind === 'posix' ? [null, null] : [many.descriptors, few.descriptors])
  })

  test('tells each of several apart', async () => {
    const accounts = await Promise.all([startConsumer({}), startConsumer({}), startConsumer({})])
    const pids = accounts.map(({ pid }) => pid).sort((a, b) => a - b)

    const seen = await host.usage(pids)

    expect(seen.map(({ pid }) => pid).sort((a, b) => a - b)).toEqual(pids)
  })

  test('leaves out what is a zombie, and what is gone', async () => {
    const family = await startFamily({ name: 'leader', children: [{ name: 'child' }] })
    // A stopped parent cannot take note of its child's end.
    process.kill(family.life.pid, 'SIGSTOP')
    process.kill(family.pidOf('child'), 'SIGKILL')
    await untilEnded(family.pidOf('child'))
    expect(isInTable(family.pidOf('child'))).toBe(true)

    const gone = spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' })
    const seen = await host.usage([family.life.pid, family.pidOf('child'), Number(gone.stdout)])

    expect(seen.map(({ pid }) => pid)).toEqual([family.life.pid])
  })

  test('is nothing for nobody, and for one that is gone', async () => {
    const gone = spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' })

    expect(await host.usage([])).toEqual([])
    expect(await host.usage([Number(gone.stdout)])).toEqual([])
  })
})

describe.runIf(process.platform === 'linux')('usage of the linux host', { timeout: 2 * PATIENCE_MS }, () => {
  test('counts the time of threads that have ended', async () => {
    const { pid, cpuMs } = await startConsumer({ threadMs: 400 })

    const [usage] = await linuxHost.usage([pid])

    expect(cpuMs).toBeGreaterThan(400)
    // Of such a thread, it is only known to 10 ms of user and 10 ms of system time.
    expect(usage?.cpuMs).toBeGreaterThan(cpuMs - 20)
  })

  test('counts the time of children that were waited for', async () => {
    const { pid, cpuMs } = await startConsumer({ childMs: 400 })

    const [usage] = await linuxHost.usage([pid])

    expect(usage?.cpuMs).toBeGreaterThan(cpuMs + 380)
  })

  test('is finer than clock ticks where the scheduler keeps count', async ({ skip }) => {
    skip(
      !/^[1-9]/.test(readFileSync('/proc/self/schedstat', 'latin1')),
      'this kernel has no CONFIG_SCHED_INFO',
    )
    const { pid } = await startConsumer({ ownMs: 100 })

    const [usage] = await linuxHost.usage([pid])

    expect((usage?.cpuMs ?? 0) % 1).not.toBe(0)
  })

  test('counts the pages of a program once, however many processes of a tree run it', async () => {
    const [one, other] = await Promise.all([startConsumer({}), startConsumer({})])

    const apart = [...(await linuxHost.usage([one.pid])), ...(await linuxHost.usage([other.pid]))]
    const together = await linuxHost.usage([one.pid, other.pid])

    // Of the program file of Node some 40 MiB are in use.
    expect(sumOfMemory(apart) - sumOfMemory(together)).toBeGreaterThan(20 * MIB)
  })

  test('does not change when another instance of the same program starts or ends', async () => {
    const { pid } = await startConsumer({})
    const alone = sumOfMemory(await linuxHost.usage([pid]))

    await startConsumer({})

    expect(Math.abs(sumOfMemory(await linuxHost.usage([pid])) - alone)).toBeLessThan(2 * MIB)
  })

  test("tells of another user's process what it may see", async ({ skip }) => {
    skip(process.geteuid?.() !== 0, 'only root can become another user')
    const { pid } = await startConsumer({ ownMs: 200 })

    process.seteuid?.('nobody')
    // It asks the system at once: back to root before anything else runs.
    const asking = linuxHost.usage([pid])
    process.seteuid?.('root')

    expect(await asking).toEqual([
      {
        pid,
        cpuMs: expect.toSatisfy(ms => ms >= 180),
        sleeps: expect.any(Number),
        residentBytes: expect.toSatisfy(bytes => bytes > 20 * MIB),
        descriptors: null,
      },
    ])
  })

  test('does not take a missing procfs for an empty one', ({ skip }) => {
    skip(runWithoutProcfs('true').status !== 0, 'to cover /proc needs root and unshare')
    const script = `import { linuxHost } from ${JSON.stringify(LINUX_HOST)}
      await linuxHost.usage([process.pid]).catch(({ name, blame }) => console.log(name, blame))`

    const { stdout } = runWithoutProcfs(process.execPath, '--input-type=module', '-e', script)

    expect(stdout).toBe('HostLookupError machine\n')
  })
})

function runWithoutProcfs(...command: string[]) {
  const script = 'mount -t tmpfs none /proc && exec "$@"'
  return spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...command], { encoding: 'utf8' })
}

/** Comes back when it has used what it should. */
async function startConsumer(consumption: Consumption): Promise<Account> {
  const child = spawn(process.execPath, [CONSUMER, JSON.stringify(consumption)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(createInterface(child.stdout), 'line', {
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  return JSON.parse(line)
}

function sumOfMemory(usages: readonly Usage[]): number {
  return usages.reduce((sum, { residentBytes }) => sum + residentBytes, 0)
}
