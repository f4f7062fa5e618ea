/** Linux: everything is read from /proc, and no process is started. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { createFamilyFinder } from './family.ts'
import type { Activity, DescriptorKind, Host, LifeIdentity, Listener, ProcessInfo, Usage } from './host.ts'
import { killUntilGone } from './kill-tree.ts'
import { readActivity } from './linux-activity.ts'
import { readDescriptors } from './linux-descriptors.ts'
import { readHandling } from './linux-handling.ts'
import {
  describeProcess,
  isBefore,
  type LinuxProcess,
  readMarker,
  readProcess,
  readProcesses,
  worksIn,
} from './linux-processes.ts'
import { findListeners, findListenersOn } from './linux-sockets.ts'
import { readUsage } from './linux-usage.ts'
import { killMembers, signalGroup, signalProcess } from './signals.ts'

const findFamily = createFamilyFinder<LinuxProcess>({
  readMarker,
  startedBefore: ({ startedAt }, leaderStartedAt) => isBefore(startedAt, leaderStartedAt),
  worksIn,
})

/** What `/proc` tells. It shows environments, so a descendant that left the group is found by its marker, and where each works. */
export const linuxHost: Host = {
  kind: 'linux',
  notice,
  tree,
  listeners,
  listenersOn,
  usage,
  handlingOf: readHandling,
  // Leads to the very file, also where that has been deleted or replaced since.
  executableOf: pid => `/proc/${pid}/exe`,
  activity,
  descriptors,
  signal: signalProcess,
  signalGroup,
  killTree,
}

function notice(life: LifeIdentity): string | undefined {
  const leader = readProcess(life.pid)
  if (leader !== undefined) findFamily.notice(life, leader)
  return leader?.startedAt
}

let look: Promise<LinuxProcess[]> | null = null
let eldest: string | undefined

/**
 * All who ask in one turn of the loop share a look, which is taken after they have asked: a hundred lives can end together.
 * It leaves out what is older than the leader of each: a machine has hundreds of such, and no life.
 */
function lookTogether(leaderStartedAt: string | undefined): Promise<LinuxProcess[]> {
  if (look === null) {
    eldest = leaderStartedAt
    look = nextTurn().then(() => {
      look = null
      return readProcesses(eldest)
    })
  } else if (eldest !== undefined && (leaderStartedAt === undefined || isBefore(leaderStartedAt, eldest))) {
    eldest = leaderStartedAt
  }
  return look
}

async function tree(life: LifeIdentity): Promise<ProcessInfo[]> {
  const members = findFamily(life, await lookTogether(findFamily.leaderStartedAt(life)))
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

async function usage(pids: readonly number[]): Promise<Usage[]> {
  return readUsage(pids)
}

async function activity(pids: readonly number[]): Promise<Activity> {
  return readActivity(pids)
}

async function descriptors(pids: readonly number[]): Promise<DescriptorKind[]> {
  return readDescriptors(pids)
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
