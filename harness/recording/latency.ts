import type { Volley } from './recording.ts'

/** How many warm probes are measured: of so many one may be slow, and two are the slow tail. */
export const PROBES = 100

/** A program that does nothing else and needs half of the budget leaves too little of it to anybody. */
const BUSY_SHARE = 0.5

/** How long each probe of these volleys took, in their order; without end for one that was not answered. */
export function latenciesOf(volleys: readonly Volley[]): number[] {
  return volleys
    .filter(({ purpose }) => purpose === 'latency')
    .flatMap(({ requests, latenciesMs }) => [
      ...latenciesMs,
      ...Array.from({ length: requests - latenciesMs.length }, () => Number.POSITIVE_INFINITY),
    ])
}

/** The 99th percentile, by the nearest rank: the slowest of less than a hundred. */
export function slowTailMs(latenciesMs: readonly number[]): number {
  const sorted = [...latenciesMs].sort((a, b) => a - b)
  return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0
}

/** Whether so many were late that the rest can no longer make the tail of all a quick one. */
export function isTailLate(latenciesMs: readonly number[], budgetMs: number): boolean {
  return latenciesMs.filter(ms => ms > budgetMs).length > PROBES - Math.ceil(0.99 * PROBES)
}

/** Volleys that were sent beside the program that does nothing else, while this machine was quick. */
export function undisturbed<T extends Volley>(volleys: readonly T[], budgetMs: number): readonly T[] {
  return volleys.filter(({ machineMs }) => machineMs != null && machineMs <= budgetMs * BUSY_SHARE)
}

/** What these probes took, less what the machine may have added to each. */
export function ownLatenciesOf(volleys: readonly Volley[]): number[] {
  return volleys.flatMap(volley => latenciesOf([volley]).map(ms => ms - (volley.machineMs ?? 0)))
}
