/**
 * macOS, the BSDs, and any other POSIX system: built on nothing but `ps` and `lsof`.
 *
 * No environment is read, so the marker is of no use here. (`ps -E` of macOS prints environments behind the
 * arguments with nothing to tell where those end, and hides those of protected programs.) A descendant that
 * left the group AND lost its parent is known only from an earlier look: look early, and more than once. A pid
 * that is given to a stranger within the second in which the leader started is not told from the leader, unless
 * a look came in between.
 */

import { createFamilyFinder } from './family.ts'
import type { Host, LifeIdentity, ProcessInfo } from './host.ts'
import { killTrees, killUntilGone } from './kill-tree.ts'
import { type PosixProcess, readProcesses } from './posix-processes.ts'
import { findListeners, findListenersOn } from './posix-sockets.ts'
import { readUsage } from './posix-usage.ts'
import { killGroup, signalGroup, signalProcess } from './signals.ts'

// Start times are wall-clock times here, to the second: they tell processes apart, not which one is older.
const findFamily = createFamilyFinder<PosixProcess>()

/** What `ps` and `lsof` tell. */
export const posixHost: Host = {
  kind: 'posix',
  // Looking costs a process here.
  notice: () => {},
  tree,
  listeners: findListeners,
  listenersOn: findListenersOn,
  usage: readUsage,
  // Neither `ps` nor `lsof` tells these alike on all systems: they are for diagnoses, which do without.
  handlingOf: () => null,
  executableOf: () => null,
  activity: async () => null,
  descriptors: async () => null,
  signal: signalProcess,
  signalGroup,
  killTree,
}

async function tree(life: LifeIdentity): Promise<ProcessInfo[]> {
  return findFamily(life, await readProcesses()).map(({ sessionId: _, ...member }) => member)
}

function killTree(life: LifeIdentity, deadlineMs: number): Promise<ProcessInfo[]> {
  return killUntilGone(
    () => tree(life),
    alive => kill(life, alive),
    deadlineMs,
  )
}

async function kill(life: LifeIdentity, alive: readonly ProcessInfo[]): Promise<void> {
  const groupIsSignalled = killGroup(life, alive)
  await killTrees(alive.filter(member => !groupIsSignalled || member.groupId !== life.pid))
}
