import type { Usage } from '../host/host.ts'

/** A runtime stops all its threads for a moment when it collects garbage. */
const FEW_SLEEPS = 3

/** Where nobody tells how often it slept, it has to have had a processor for most of the time. */
const LOOP_SHARE = 0.6

/** Whether a process that used so much in a window of time, and did use something, waited for nothing in it. */
export function isLoop({ cpuMs, sleeps }: Pick<Usage, 'cpuMs' | 'sleeps'>, windowMs: number): boolean {
  return sleeps === undefined ? cpuMs >= LOOP_SHARE * windowMs : sleeps <= FEW_SLEEPS
}
