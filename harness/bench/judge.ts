import { comparePairs, compareSamples, type SampleComparison } from '../statistics/beyond-noise.ts'
import { spreadOf } from '../statistics/spread.ts'
import { MEANINGS, METRICS, type Metric } from './metrics.ts'
import { pairsOf, type Turn, valuesOf } from './sample.ts'

/**
 * What lives of now are held against: lives of the older binary, which took turns with them, or what was measured of it
 * on another day, with a yardstick beside it then and now.
 */
export type Against =
  | { readonly by: 'binary'; readonly path: string }
  | {
      readonly by: 'yardstick'
      readonly turns: readonly Turn[]
      /** Why the older binary takes no turns, in words that go on from "the yardstick: ". */
      readonly reason: string
    }

/**
 * `worse` and `better`: beyond the noise, by the figures as they are and, of another day, by the yardstick too. `machine`:
 * the figures differ, and not when they are held against the yardstick, so it is the machine that has become slower or
 * faster. `unclear`: it could have come by chance, and looks large enough to matter. `same`: neither.
 */
export const BENCH_FINDINGS = ['worse', 'better', 'machine', 'unclear', 'same', 'too few'] as const
export type BenchFinding = (typeof BENCH_FINDINGS)[number]

export interface Judged {
  readonly metric: Metric
  readonly finding: BenchFinding
  /** The figures as they were measured. */
  readonly plain: SampleComparison
  /** As they would have been on a machine that is as quick as the baseline's was; null where that changes nothing. */
  readonly byYardstick: SampleComparison | null
}

/** What was measured now against a baseline, metric by metric. Nothing of what neither has. */
export function judgeTurns(against: Against, now: readonly Turn[]): readonly Judged[] {
  return METRICS.flatMap(metric => {
    const before = beforeOf(against, now, metric)
    const after = valuesOf(now, 'sidecar', metric)
    if (before.length + after.length === 0) return []
    const { threshold } = MEANINGS[metric]
    // Both sides of a turn met the same machine: nothing tells more of it than that.
    const [plain, byYardstick] =
      against.by === 'binary'
        ? [comparePairs(pairsOf(now, metric), threshold), null]
        : [compareSamples(before, after, threshold), holdByYardstick(against.turns, now, metric)]
    return [{ metric, plain, byYardstick, finding: find(metric, plain, byYardstick) }]
  })
}

/** What the older binary showed: in turns with these lives, or by then. */
export function beforeOf(against: Against, now: readonly Turn[], metric: Metric): readonly number[] {
  return against.by === 'binary'
    ? valuesOf(now, 'before', metric)
    : valuesOf(against.turns, 'sidecar', metric)
}

function holdByYardstick(
  baseline: readonly Turn[],
  now: readonly Turn[],
  metric: Metric,
): SampleComparison | null {
  const { threshold, isTime } = MEANINGS[metric]
  const usual = spreadOf(valuesOf(baseline, 'yardstick', metric))?.median
  return isTime && usual !== undefined
    ? compareSamples(scaled(baseline, metric, usual), scaled(now, metric, usual), threshold)
    : null
}

/**
 * Turns before and after one that tell how quick the machine was then. A single life of the yardstick can be late by
 * itself, of five the median is not; and a machine that is busy for a while is so for more than a second or two.
 */
const NEIGHBOURS = 2

/** Each as it would have been had the yardstick beside it needed what it usually needs in the baseline. */
function scaled(turns: readonly Turn[], metric: Metric, usual: number): readonly number[] {
  return turns.flatMap(({ sidecar }, index) => {
    const near = turns.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1)
    const beside = spreadOf(valuesOf(near, 'yardstick', metric))?.median ?? 0
    const own = sidecar[metric]
    return own === null || beside === 0 ? [] : [(own * usual) / beside]
  })
}

function find(metric: Metric, plain: SampleComparison, byYardstick: SampleComparison | null): BenchFinding {
  if (plain.finding === 'too few') return 'too few'
  const held = byYardstick ?? plain
  const [shift, heldShift] = [plain.shift?.estimate ?? 0, held.shift?.estimate ?? 0]
  const agrees = Math.sign(shift) === Math.sign(heldShift)
  if (plain.finding === 'beyond') {
    if (held.finding === 'beyond' && agrees)
      return shift > 0 === MEANINGS[metric].moreIsWorse ? 'worse' : 'better'
    return held.finding === 'unclear' && agrees ? 'unclear' : 'machine'
  }
  const mayBe = [plain, held].every(({ finding }) => finding === 'unclear' || finding === 'beyond')
  return mayBe && agrees ? 'unclear' : 'same'
}

/** More lives may tell. */
export function needsMoreTurns(judged: readonly Judged[]): boolean {
  return judged.some(({ finding }) => finding === 'unclear')
}
