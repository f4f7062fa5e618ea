/** What the machine says of processes, asked without the harness's help. */

import { readdirSync, readFileSync } from 'node:fs'

/** Whether a process lives. A zombie does not. */
export function isAlive(pid: number): boolean {
  // The name before the state can hold anything, parentheses and spaces included.
  const [state = 'X'] = read(`/proc/${pid}/stat`).split(') ').at(-1) ?? ''
  return !/[XZ]/.test(state)
}

/** When a process was started, in clock ticks since the machine was: tells it from another that has its pid later. */
export function startOf(pid: number): string {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? ''
}

/** The processes that this one has started, whichever of its threads it was. */
export function childrenOf(pid: number | 'self'): number[] {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.flatMap(
    thread => read(`/proc/${pid}/task/${thread}/children`).match(/\d+/g)?.map(Number) ?? [],
  )
}

/** What a process was called with, for who has to be told of it. */
export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 200)
}

/** The pid of the process that started it, or has inherited it; 0 for a process that is gone. */
export function parentOf(pid: number): number {
  return Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1] ?? 0)
}

/** The most memory that a process had at once, in bytes; 0 for one that is gone. */
export function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

/** The living processes in whose environment this text stands. */
export function processesWith(text: string): number[] {
  return allPids().filter(pid => isAlive(pid) && read(`/proc/${pid}/environ`).includes(text))
}

/** The living processes in whose command line this text stands. */
export function processesNamed(text: string): number[] {
  return allPids().filter(pid => isAlive(pid) && read(`/proc/${pid}/cmdline`).includes(text))
}

/** Kills a process that may be gone already. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ESRCH: gone, which is what is wanted.
  }
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // It ended while it was looked at.
    return ''
  }
}
