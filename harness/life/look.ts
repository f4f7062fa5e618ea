import { setTimeout as delay } from 'node:timers/promises'
import { type Host, HostLookupError, type LifeIdentity, type Usage } from '../host/host.ts'
import { asShortage } from '../host/shortage.ts'
import type { Recorder } from './recorder.ts'

/** Who is looked at, and where it is written down. */
export interface Observed {
  readonly host: Host
  readonly identity: LifeIdentity
  readonly recorder: Recorder
}

/** Records a life's processes, and who of them listens where. */
export function lookAt(moment: string, { host, identity, recorder }: Observed): Promise<void> {
  return lookUp('processes and listeners', recorder, async () => {
    const processes = await host.tree(identity)
    recorder.record({ type: 'tree', moment, processes })
    const listeners = await host.listeners(processes.map(({ pid }) => pid))
    recorder.record({ type: 'listeners', moment, listeners })
  })
}

/** Records what a life's processes have used, and use. Comes back with that too; with nothing where it could not be seen. */
export async function lookAtUsage(
  moment: string,
  { host, identity, recorder }: Observed,
): Promise<readonly Usage[]> {
  let processes: readonly Usage[] = []
  await lookUp('usage', recorder, async () => {
    const tree = await host.tree(identity)
    processes = await host.usage(tree.map(({ pid }) => pid))
    recorder.record({ type: 'usage', moment, processes })
  })
  return processes
}

/** Long enough to tell a loop from a wait, and short beside the grace period that is over. */
const HANG_WINDOW_MS = 50

/** Records what a life does that should have ended, or be ready: who of it is there, what these wait for, and whom they talk to. */
export function lookAtHang({ host, identity, recorder }: Observed): Promise<void> {
  return lookUp('what it waits for', recorder, async () => {
    const processes = await host.tree(identity)
    const pids = processes.map(({ pid }) => pid)
    const begunAtMs = performance.now()
    const before = await host.usage(pids)
    const listeners = await host.listeners(pids)
    const activity = await host.activity(pids)
    await delay(HANG_WINDOW_MS)
    const usage = await host.usage(pids)
    const windowMs = performance.now() - begunAtMs
    const busy = usage.map(now => timesSince(before.find(({ pid }) => pid === now.pid) ?? now, now))
    recorder.record({ type: 'hang', processes, listeners, usage, busy, windowMs, activity })
  })
}

function timesSince(before: Usage, now: Usage): Pick<Usage, 'pid' | 'cpuMs' | 'sleeps'> {
  const cpuMs = Math.max(0, now.cpuMs - before.cpuMs)
  if (now.sleeps === undefined || before.sleeps === undefined) return { pid: now.pid, cpuMs }
  // Those of a thread that has ended meanwhile are gone.
  return { pid: now.pid, cpuMs, sleeps: Math.max(0, now.sleeps - before.sleeps) }
}

/** Records of what kinds its descriptors are, where the platform tells. */
export function lookAtDescriptors(moment: string, { host, identity, recorder }: Observed): Promise<void> {
  return lookUp('descriptors', recorder, async () => {
    const tree = await host.tree(identity)
    const kinds = await host.descriptors(tree.map(({ pid }) => pid))
    if (kinds !== null) recorder.record({ type: 'descriptors', moment, kinds })
  })
}

/** The platform's tables can be unreadable; judges must then know that nothing is known. */
export async function lookUp(what: string, recorder: Recorder, look: () => Promise<void>): Promise<void> {
  try {
    await look()
  } catch (error) {
    // Descriptors that ran out are no property of the platform's: what else could be seen is chance then.
    if (!(error instanceof HostLookupError) || asShortage(error) !== null) throw error
    recorder.record({ type: 'lookup-failed', what, message: error.message })
  }
}
