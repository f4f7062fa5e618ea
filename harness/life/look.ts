import { type Host, HostLookupError, type LifeIdentity, type Usage } from '../host/host.ts'
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

/** The platform's tables can be unreadable; judges must then know that nothing is known. */
export async function lookUp(what: string, recorder: Recorder, look: () => Promise<void>): Promise<void> {
  try {
    await look()
  } catch (error) {
    if (!(error instanceof HostLookupError)) throw error
    recorder.record({ type: 'lookup-failed', what, message: error.message })
  }
}
