import type { Usage } from '../host/host.ts'
import type { EventOf } from './recording.ts'

/** The moments between which a sidecar was left alone. */
export const IDLE_WINDOW = { begin: 'idle begins', end: 'idle ends' } as const

/**
 * A leak is what goes on. A heap grows in steps and rests in between (a packed Node by some 8 MiB twice in its first
 * thousand requests), so growth counts only when each of the last five parts of the requests shows it.
 */
export const LEAK_WINDOW = 5

/**
 * Two pages for each request. Below that the steps of an allocator cannot be told from a leak within some hundred
 * requests; above it an app that asks once a second gains 700 MiB a day.
 */
export const LEAK_BYTES_PER_REQUEST: number = 8 * 1024

export function totalBytes(processes: readonly Usage[]): number {
  return processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0)
}

/** All descriptors of a tree; null where the platform does not tell. */
export function totalDescriptors(processes: readonly Usage[]): number | null {
  if (processes.length === 0 || processes.some(({ descriptors }) => descriptors === null)) return null
  return processes.reduce((sum, { descriptors }) => sum + (descriptors ?? 0), 0)
}

/** CPU time that a tree has used between two looks, in milliseconds: what ended in between is not seen. */
export function usedCpuMs(before: EventOf<'usage'>, after: EventOf<'usage'>): number {
  const had = new Map(before.processes.map(({ pid, cpuMs }) => [pid, cpuMs]))
  return after.processes.reduce((sum, { pid, cpuMs }) => sum + Math.max(0, cpuMs - (had.get(pid) ?? 0)), 0)
}
