import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isBefore, readProcess, readProcesses } from '../../../harness/host/linux-processes.ts'
import { PATIENCE_MS } from './families.ts'

/** Where the kernel lets whoever owns a pid namespace say which pid comes next (pid_namespaces(7)). */
const LAST_PID = '/proc/sys/kernel/ns_last_pid'

interface Sleeper {
  readonly child: ChildProcess
  readonly pid: number
  readonly startedAt: string
}

function startSleeper(): Sleeper {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const pid = child.pid as number
  return { child, pid, startedAt: readProcess(pid)?.startedAt as string }
}

async function end({ child }: Sleeper): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** One that the kernel's clock, which ticks a hundred times a second, tells from an older one. */
async function startYounger(than: Sleeper): Promise<Sleeper> {
  for (;;) {
    const sleeper = startSleeper()
    if (isBefore(than.startedAt, sleeper.startedAt)) return sleeper
    await end(sleeper)
  }
}

/** With the pid of one that is gone; null where that cannot be had. Others of this machine may be quicker to get it. */
async function startAs(pid: number): Promise<Sleeper | null> {
  const deadlineMs = performance.now() + PATIENCE_MS
  while (performance.now() < deadlineMs) {
    try {
      writeFileSync(LAST_PID, `${pid - 1}`)
    } catch {
      return null
    }
    const sleeper = startSleeper()
    if (sleeper.pid === pid) return sleeper
    await end(sleeper)
  }
  return null
}

const pidsSince = (since?: string) => readProcesses(since).map(({ pid }) => pid)

describe.skipIf(process.platform !== 'linux')(
  'a look at the processes since a start',
  { timeout: 4 * PATIENCE_MS },
  () => {
    test('leaves out who is older, the first time and the next', async () => {
      const older = startSleeper()
      const leader = await startYounger(older)
      const younger = await startYounger(leader)

      for (let look = 0; look < 3; look++) {
        const pids = pidsSince(leader.startedAt)
        expect(pids).toEqual(expect.arrayContaining([leader.pid, younger.pid]))
        expect(pids).not.toContain(older.pid)
        expect(pids).not.toContain(process.pid)
      }
      expect(pidsSince()).toEqual(expect.arrayContaining([process.pid, older.pid, leader.pid, younger.pid]))
    })

    test('shows who was left out before, when it goes further back', async () => {
      const older = startSleeper()
      const leader = await startYounger(older)
      pidsSince(leader.startedAt)

      expect(pidsSince(older.startedAt)).toContain(older.pid)
    })

    test('shows who has the pid of one that was left out', async ({ skip }) => {
      const older = startSleeper()
      const leader = await startYounger(older)
      expect(pidsSince(leader.startedAt)).not.toContain(older.pid)
      await end(older)

      const successor = await startAs(older.pid)
      if (successor === null) return skip('a pid cannot be had for the asking here')
      expect(pidsSince(leader.startedAt)).toContain(successor.pid)
    })
  },
)
