import { findChild, untilGone } from '../host/parent.ts'
import { lookUp, type Observed } from './look.ts'

/** Records which process the sidecar is, where a parent of its own was launched in its place. */
export function findBehindParent({ host, identity, recorder }: Observed): Promise<void> {
  return lookUp('the sidecar behind its parent', recorder, async () => {
    const process = findChild(identity.pid, await host.tree(identity))
    if (process !== undefined) recorder.record({ type: 'found-behind-parent', process })
  })
}

/**
 * Waits until all that is there of a tree has ended: nobody tells us of the end of those who are no children of ours.
 * What they start in the meantime is not waited for; it is found by the look at what was left.
 */
export function awaitVanishing({ host, identity, recorder }: Observed, budgetMs: number): Promise<void> {
  return lookUp('what is still alive', recorder, async () => {
    const deadline = performance.now() + budgetMs
    const members = await host.tree(identity)
    const gone = await Promise.all(
      members.map(member => untilGone(host, identity, member, deadline - performance.now())),
    )
    recorder.record(
      gone.includes(false) ? { type: 'deadline', waitedFor: 'tree', budgetMs } : { type: 'tree-gone' },
    )
  })
}
