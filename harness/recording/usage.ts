import type { Usage } from '../host/host.ts'
import { eventsOf } from './query.ts'
import type { EventOf, LifeRecording } from './recording.ts'

/** The moments between which a sidecar was left alone. Where it was for longer, the last end counts. */
export const IDLE_WINDOW = { begin: 'idle begins', end: 'idle ends' } as const

/** Both looks at a sidecar that was left alone. */
export interface IdleWindow {
  readonly begin: EventOf<'usage'>
  readonly end: EventOf<'usage'>
}

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

/** From the first look at it idle to the last one; null where it could not be seen at both. */
export function idleWindowOf(life: Pick<LifeRecording, 'events'>): IdleWindow | null {
  const looks = eventsOf(life, 'usage').filter(({ processes }) => processes.length > 0)
  const begin = looks.find(({ moment }) => moment === IDLE_WINDOW.begin)
  const end = looks.findLast(({ moment }) => moment === IDLE_WINDOW.end)
  return begin === undefined || end === undefined ? null : { begin, end }
}

/** CPU time that a tree has used between two looks, in milliseconds: what ended in between is not seen. */
export function usedCpuMs(before: readonly Usage[], after: readonly Usage[]): number {
  const had = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]))
  return after.reduce((sum, { pid, cpuMs }) => sum + Math.max(0, cpuMs - (had.get(pid) ?? 0)), 0)
}
