import { compareSamples, type SampleComparison, type Threshold } from '../statistics/beyond-noise.ts'
import { leastSamples } from '../statistics/rank-test.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import type { Difference, Topic } from './differences.ts'
import type { LifeFacts } from './life-facts.ts'

/** What is measured of each life. */
export const METRICS = ['announcedMs', 'readyMs', 'stopMs', 'residentBytes'] as const
export type Metric = (typeof METRICS)[number]

/**
 * How often two sides that differ in nothing may be told apart, over all that is compared: half of it by what is
 * measured, half by what comes and goes. A gate that is red by chance once a month is switched off.
 */
export const FALSE_ALARMS: number = 1 / 1000
const SHARE_OF_MEASURES = FALSE_ALARMS / 2

/**
 * So often lives are looked at: where a difference looks large enough to matter and could still be chance, as many are
 * lived again, and once more.
 */
export const LOOKS = 3

/** For each look. */
export const SHARE_OF_COUNTS: number = FALSE_ALARMS / 2 / LOOKS

/** Several measures and several looks are several chances to be wrong: each gets its share (Bonferroni). */
const ALPHA = SHARE_OF_MEASURES / METRICS.length / LOOKS

/** With fewer on each side no difference could be found, however large. */
export const LEAST_LIVES: number = leastSamples(ALPHA)

/** Below 5 ms or a twentieth nobody sees a difference, though two builds of one source can have one. */
const TIME: Threshold = { alpha: ALPHA, least: 5, leastShare: 0.05 }
/** A mebibyte is what an allocator takes at once. */
const MEMORY: Threshold = { alpha: ALPHA, least: 1024 * 1024, leastShare: 0.05 }

interface MetricMeaning {
  readonly name: string
  readonly what: string
  readonly topic: Topic
  readonly threshold: Threshold
  readonly tell: (value: number) => string
  /** What more of it is. */
  readonly more: string
  readonly less: string
}

const ofTime = { topic: 'times', threshold: TIME, tell: duration, more: 'slower', less: 'faster' } as const

export const MEANINGS: Readonly<Record<Metric, MetricMeaning>> = {
  announcedMs: { name: 'announced', what: 'from launch to announcement', ...ofTime },
  readyMs: { name: 'ready', what: 'from launch to the first good answer', ...ofTime },
  stopMs: { name: 'stopped', what: 'from being told to stop to the exit', ...ofTime },
  residentBytes: {
    ...{ name: 'memory', what: 'resident when ready', topic: 'memory', threshold: MEMORY, tell: size },
    ...{ more: 'more', less: 'less' },
  },
}

interface Lives {
  readonly lives: readonly LifeFacts[]
}

export interface Measure extends SampleComparison {
  readonly metric: Metric
}

/** Each measure of both sides, beside what can be made of it. Nothing of what neither side has. */
export function compareMeasures(old: Lives, now: Lives): readonly Measure[] {
  return METRICS.flatMap(metric => {
    const of = (lives: readonly LifeFacts[]) => lives.flatMap(life => life[metric] ?? [])
    const [before, after] = [of(old.lives), of(now.lives)]
    if (before.length + after.length === 0) return []
    return [{ metric, ...compareSamples(before, after, MEANINGS[metric].threshold) }]
  })
}

/** More lives may tell. */
export function needsMore(measures: readonly Measure[]): boolean {
  return measures.some(({ finding }) => finding === 'unclear')
}

/** What is beyond the noise: a regression where it is more. */
export function differencesIn(measures: readonly Measure[]): readonly Difference[] {
  return measures.flatMap(({ metric, finding, shift, from, to }) => {
    if (finding !== 'beyond' || shift === null || from === null || to === null) return []
    const { name, what, topic, tell, more, less } = MEANINGS[metric]
    const isMore = shift.estimate > 0
    const [least, most] = (shift.interval ?? [0, 0]).map(Math.abs).sort((a, b) => a - b)
    const by = `${tell(Math.abs(shift.estimate))} (${tell(least ?? 0)} to ${tell(most ?? 0)})`
    return [
      {
        kind: isMore ? 'regression' : 'improvement',
        ...{ topic, subject: name, old: tell(from.median), new: tell(to.median) },
        sentence: `${name}: ${tell(from.median)} → ${tell(to.median)} ${what}, ${isMore ? more : less} by ${by}`,
      },
    ]
  })
}

/** `+36 ms`, `−1.2 MiB`. */
export function tellShift(metric: Metric, value: number): string {
  const shown = MEANINGS[metric].tell(Math.abs(value))
  // What is rounded to nothing has no direction.
  if (/^0(\.0)? /.test(shown)) return shown
  return `${value < 0 ? '−' : '+'}${shown}`
}

export function tellInterval(metric: Metric, interval: readonly [number, number] | null): string {
  if (interval === null) return 'too few lives to say how sure'
  return interval.map(value => tellShift(metric, value)).join(' to ')
}
