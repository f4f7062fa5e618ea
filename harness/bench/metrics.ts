import type { Threshold } from '../statistics/beyond-noise.ts'
import { leastPairs } from '../statistics/pairs.ts'
import { leastSamples } from '../statistics/rank-test.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'

/** What is measured of each life, and judged against a baseline. */
export const METRICS = [
  'announcedMs',
  'readyMs',
  'healthMs',
  'requestsPerSecond',
  'stopMs',
  'residentBytes',
] as const
export type Metric = (typeof METRICS)[number]

/** How often a binary that has not changed may be called worse, or better, than its own baseline. */
export const FALSE_ALARMS: number = 1 / 1000

/** So often there is a look: where what was measured cannot tell yet, as many lives are lived again, and once more. */
export const LOOKS = 3

/** Several measures and several looks are several chances to be wrong: each gets its share (Bonferroni). */
export const ALPHA: number = FALSE_ALARMS / METRICS.length / LOOKS

/** With fewer on each side no difference could be found, however large: by turns, or beside a baseline of another day. */
export const LEAST_RUNS: number = Math.max(leastPairs(ALPHA), leastSamples(ALPHA))

export interface Meaning {
  readonly name: string
  readonly what: string
  readonly tell: (value: number) => string
  /** That more of it is worse. */
  readonly moreIsWorse: boolean
  readonly threshold: Threshold
  /** That a slower machine changes it: what a program that does nothing else needed beside it tells by how much. */
  readonly isTime: boolean
}

/** Below 5 ms or a twentieth nobody sees a difference, though two builds of one source can have one. */
const TIME = {
  tell: duration,
  moreIsWorse: true,
  threshold: { alpha: ALPHA, least: 5, leastShare: 0.05 },
  isTime: true,
} as const

/** An answer's time is a matter of who else runs: a tenth is what a machine's own moods make. */
const SHARE_OF_ANSWERS = 0.1

export const MEANINGS: Readonly<Record<Metric, Meaning>> = {
  announcedMs: { name: 'announced', what: 'from launch to announcement', ...TIME },
  readyMs: { name: 'ready', what: 'from launch to the first good answer', ...TIME },
  healthMs: {
    ...{ name: 'health', what: 'to answer one request, the median of a hundred', ...TIME, tell: precise },
    // A tenth of a millisecond is what waking up a process costs.
    threshold: { alpha: ALPHA, least: 0.1, leastShare: SHARE_OF_ANSWERS },
  },
  requestsPerSecond: {
    ...{ name: 'throughput', what: 'answers a second on 8 connections', moreIsWorse: false, isTime: true },
    tell: value => `${Math.round(value).toLocaleString('en')}/s`,
    threshold: { alpha: ALPHA, least: 1, leastShare: SHARE_OF_ANSWERS },
  },
  stopMs: { name: 'stopped', what: 'from being told to stop to the exit', ...TIME },
  residentBytes: {
    ...{ name: 'memory', what: 'resident when ready', tell: size, moreIsWorse: true, isTime: false },
    // A mebibyte is what an allocator takes at once.
    threshold: { alpha: ALPHA, least: 1024 * 1024, leastShare: 0.05 },
  },
}

/** `0.21 ms`: an answer takes less than a digit of what a start takes. */
function precise(ms: number): string {
  return ms < 10 ? `${ms.toFixed(2)} ms` : duration(ms)
}
