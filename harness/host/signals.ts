import { codeOf } from '../text/error-code.ts'
import type { LifeIdentity, ProcessInfo } from './host.ts'

/** Sends a signal to one process, and to nothing else. False when there is no such process any more. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  // 0 and negative numbers address groups, or everything; 1 is the system's own.
  if (!Number.isInteger(pid) || pid <= 1) throw new RangeError(`${pid} is not the pid of one process`)
  if (pid === process.pid) throw new RangeError(`${pid} is the harness itself`)
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false
    throw error
  }
}

/** Sends a signal to every process of a group. False when there is no such group any more. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  if (!Number.isInteger(leader) || leader <= 1) throw new RangeError(`${leader} does not lead a group`)
  try {
    return process.kill(-leader, signal)
  } catch (error) {
    // EPERM is what macOS says of a group in which only zombies are left (XNU killpg1).
    if (hasCode(error, 'ESRCH') || hasCode(error, 'EPERM')) return false
    throw error
  }
}

/**
 * Ends the members of a life outright: its group with one signal, the others one by one where `isStill` says
 * that the pid has not changed hands. What could not be signalled is for the next look to find.
 */
export function killMembers(
  life: LifeIdentity,
  members: readonly ProcessInfo[],
  isStill: (member: ProcessInfo) => boolean,
): void {
  const groupIsSignalled = killGroup(life, members)
  for (const member of members) {
    if (groupIsSignalled && member.groupId === life.pid) continue
    if (member.pid !== process.pid && isStill(member)) killProcess(member.pid)
  }
}

/** Kills the life's group. False when it has no member, or when the harness itself is one. */
export function killGroup(life: LifeIdentity, members: readonly ProcessInfo[]): boolean {
  const group = members.filter(member => member.groupId === life.pid)
  if (group.length === 0 || group.some(member => member.pid === process.pid)) return false
  try {
    return process.kill(-life.pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: it ended since the look. EPERM: nobody in it may be signalled; macOS also answers that for a
    // group in which only zombies are left (XNU killpg1).
    if (hasCode(error, 'ESRCH') || hasCode(error, 'EPERM')) return true
    throw error
  }
}

function killProcess(pid: number): void {
  try {
    signalProcess(pid, 'SIGKILL')
  } catch (error) {
    // It has changed its user (setuid): it stays alive, and is reported as a survivor.
    if (!hasCode(error, 'EPERM')) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code
}
