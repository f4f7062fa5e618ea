/** Linux: everything is read from /proc, and no process is started. */

import { createFamilyFinder } from './family.ts'
import type { Host, LifeIdentity, Listener, ProcessInfo } from './host.ts'
import { killUntilGone } from './kill-tree.ts'
import {
  describeProcess,
  type LinuxProcess,
  readMarker,
  readProcess,
  readProcesses,
  startedBefore,
} from './linux-processes.ts'
import { findListeners, findListenersOn } from './linux-sockets.ts'
import { killMembers, signalProcess } from './signals.ts'

const findFamily = createFamilyFinder<LinuxProcess>({ readMarker, startedBefore })

/** What `/proc` tells. It shows environments, so a descendant that left the group is found by its marker. */
export const linuxHost: Host = {
  kind: 'linux',
  tree,
  listeners,
  listenersOn,
  signal: signalProcess,
  killTree,
}

async function tree(life: LifeIdentity): Promise<ProcessInfo[]> {
  const members = findFamily(life, readProcesses())
  return members.map(describeProcess).filter(member => member !== undefined)
}

async function listeners(pids: readonly number[]): Promise<Listener[]> {
  return findListeners(pids)
}

async function listenersOn(port: number): Promise<Listener[]> {
  return findListenersOn(
    port,
    readProcesses().map(row => row.pid),
  )
}

function killTree(life: LifeIdentity, deadlineMs: number): Promise<ProcessInfo[]> {
  return killUntilGone(
    () => tree(life),
    alive => killMembers(life, alive, isStill),
    deadlineMs,
  )
}

/** Read just before the kill: since the look, the pid may have been given to another process. */
function isStill(member: ProcessInfo): boolean {
  return readProcess(member.pid)?.startedAt === member.startedAt
}
