/** What Linux says of a process's consumption, asked without the harness's help. */

import { readdirSync, readFileSync } from 'node:fs'

// The kernel tells processor time in hundredths of a second, on every architecture that Node runs on.
export const TICK_MS = 10

/** The processor time that it has used. */
export function usedMs(pid: number): number {
  // What follows the name, which can hold anything, begins with the state: field 3 of proc(5).
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** Its open descriptors and its memory. */
export function stateOf(pid: number): { descriptors: number; residentKib: number } {
  const [, residentKib] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, residentKib: Number(residentKib) }
}
