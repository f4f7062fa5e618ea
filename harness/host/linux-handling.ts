import { constants } from 'node:os'
import type { SignalHandling } from './host.ts'
import { readStart } from './linux-processes.ts'

/** What `/proc/PID/status` says that a process does on a signal: one file, some ten microseconds. */
export function readHandling(pid: number, signal: NodeJS.Signals): SignalHandling | null {
  const status = readStart(`/proc/${pid}/status`)
  // A zombie has no handlers any more, and no use for any.
  if (status === undefined || /^State:\s*Z/m.test(status)) return null
  return parseHandling(status, constants.signals[signal])
}

/** Reads the masks of a `/proc/PID/status`. Null where there are none. */
export function parseHandling(status: string, signal: number): SignalHandling | null {
  const isCaught = isIn(status, 'SigCgt', signal)
  if (isCaught === null) return null
  if (isCaught) return 'caught'
  if (isIn(status, 'SigIgn', signal)) return 'ignored'
  // The mask is the main thread's: who blocks a signal there waits for it by sigwait or a signalfd.
  return isIn(status, 'SigBlk', signal) ? 'blocked' : 'default'
}

/** Whether a signal has come that nobody has taken: to the process (ShdPnd), or to its main thread alone. */
export function isPending(status: string, signal: NodeJS.Signals): boolean {
  const number = constants.signals[signal]
  return isIn(status, 'ShdPnd', number) === true || isIn(status, 'SigPnd', number) === true
}

/** Whether a signal is in a mask, in which bit n - 1 stands for signal n; null where there is no such mask. */
function isIn(status: string, name: string, signal: number): boolean | null {
  const mask = new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1]
  return mask === undefined ? null : ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n
}
