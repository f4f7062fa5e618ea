import { setTimeout as delay } from 'node:timers/promises'
import treeKill from 'tree-kill'
import type { ProcessInfo } from './host.ts'

/** A killed process is gone within about a millisecond; a core dump or a gigabyte of memory takes longer. */
const LOOK_AGAIN_MS = 4

/**
 * One look can miss a process that is being forked or is in the middle of `execve` (its environment reads as
 * empty then), so nothing is believed to be gone before two looks in a row say so.
 */
const QUIET_LOOKS = 2

/**
 * Kills and looks in turn until nothing is alive or the deadline has passed. Returns the survivors. `kill` is
 * told of the harness too, should it be among them, and has to spare it.
 */
export async function killUntilGone(
  look: () => Promise<ProcessInfo[]>,
  kill: (alive: readonly ProcessInfo[]) => void | Promise<void>,
  deadlineMs: number,
): Promise<ProcessInfo[]> {
  const deadline = performance.now() + deadlineMs
  let alive = await look()
  if (alive.every(isHarness)) return []

  let quietLooks = 0
  do {
    await kill(alive)
    await delay(LOOK_AGAIN_MS)
    alive = await look()
    quietLooks = alive.every(isHarness) ? quietLooks + 1 : 0
  } while (quietLooks < QUIET_LOOKS && performance.now() < deadline)
  return alive.filter(member => !isHarness(member))
}

/** Ends processes with their descendants by `tree-kill`, each tree from its root. */
export async function killTrees(members: readonly ProcessInfo[]): Promise<void> {
  const others = members.filter(member => !isHarness(member))
  const pids = new Set(others.map(member => member.pid))
  const roots = others.filter(member => !pids.has(member.parentPid))
  await Promise.all(roots.map(root => killTreeFrom(root.pid)))
}

/** A harness that was itself launched as part of a life is never its own victim. */
function isHarness(member: ProcessInfo): boolean {
  return member.pid === process.pid
}

function killTreeFrom(pid: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  // Its error says that a process had ended already or may not be signalled: the look that follows tells which.
  treeKill(pid, 'SIGKILL', () => resolve())
  return promise
}
