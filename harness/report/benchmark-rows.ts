import { type Against, type Judged, judgeTurns } from '../bench/judge.ts'
import { MEANINGS, type Metric } from '../bench/metrics.ts'
import { metricsIn, valuesOf } from '../bench/sample.ts'
import { type Spread, spreadOf } from '../statistics/spread.ts'
import { size } from '../text/size.ts'
import type { BenchRun } from './benchmark-document.ts'

/** A table of words: its head first. */
export type Table = readonly (readonly string[])[]

/** What was measured, or what became of it: a row for each metric. */
export function benchmarkTable({ benchmark, baseline }: BenchRun): Table {
  const { turns } = benchmark
  if (baseline !== null) {
    const judged = judgeTurns(baseline.against, turns)
    return [
      ['', 'baseline', 'now', ''],
      ...judged.map(each => {
        const { name, tell } = MEANINGS[each.metric]
        return [name, tellSpread(each.plain.from, tell), tellSpread(each.plain.to, tell), tellJudged(each)]
      }),
    ]
  }
  return [
    ['', 'median', 'a quarter below, above', 'least, most', 'yardstick'],
    ...metricsIn(turns).map(metric => rowOf(metric, benchmark.turns)),
  ]
}

function rowOf(metric: Metric, turns: BenchRun['benchmark']['turns']): readonly string[] {
  const { name, tell } = MEANINGS[metric]
  const spread = spreadOf(valuesOf(turns, 'sidecar', metric))
  const beside = spreadOf(valuesOf(turns, 'yardstick', metric))
  if (spread === null) return [name]
  const { median, lowerQuartile, upperQuartile, least, most } = spread
  return [
    name,
    tell(median),
    `${tell(lowerQuartile)}, ${tell(upperQuartile)}`,
    `${tell(least)}, ${tell(most)}`,
    beside === null ? '-' : tell(beside.median),
  ]
}

function tellSpread(spread: Spread | null, tell: (value: number) => string): string {
  return spread === null
    ? '-'
    : `${tell(spread.median)} (${tell(spread.lowerQuartile)} to ${tell(spread.upperQuartile)})`
}

/** `+17 ms (+12 ms to +21 ms): worse`, and what the yardstick makes of it. */
export function tellJudged({ metric, finding, plain, byYardstick }: Judged): string {
  const { shift } = plain
  if (shift === null) return 'only one side has it'
  const by = tellShift(metric, shift.estimate)
  if (finding === 'same') return `${by}: within the noise`
  if (finding === 'too few') return `${by}: too few lives to tell`
  const sure =
    shift.interval === null
      ? by
      : `${by} (${tellShift(metric, shift.interval[0])} to ${tellShift(metric, shift.interval[1])})`
  if (finding === 'unclear') return `${sure}: too noisy to tell`
  if (finding === 'machine') return `${sure}: the machine's, by its yardstick`
  const held = byYardstick?.shift
  const beside = held == null ? '' : `, ${tellShift(metric, held.estimate)} by the yardstick`
  return `${sure}${beside}: ${finding}`
}

function tellShift(metric: Metric, value: number): string {
  const shown = MEANINGS[metric].tell(Math.abs(value))
  // What is rounded to nothing has no direction.
  if (/^0(\.0+)?[ /]/.test(shown)) return shown
  return `${value < 0 ? '−' : '+'}${shown}`
}

/** By what it is judged, in words that go on from "judged by". */
export function tellBy(against: Against, show: (path: string) => string): string {
  return against.by === 'binary'
    ? `turns with ${show(against.path)}`
    : `the yardstick: ${against.reason}; --save FILE --with-binary keeps it, and tells more`
}

/** What else there is to tell: of cold starts, of the slow tail, of the file, of what went wrong. */
export function benchmarkNotes({ benchmark, baseline }: BenchRun): readonly string[] {
  const { cold, turns, file, failed } = benchmark
  const slow = spreadOf(turns.flatMap(({ sidecar }) => sidecar.slowHealthMs ?? []))
  const start = spreadOf(cold.readyMs)
  const olderReady = turns.filter(({ before }) => before !== null).length
  const { tell } = MEANINGS.healthMs
  const grown = baseline === null ? 0 : file.bytes - baseline.benchmark.file.bytes
  const of = grown === 0 ? '' : `, ${grown > 0 ? '+' : '−'}${size(Math.abs(grown))}`
  return [
    start === null
      ? `cold start not measured: ${cold.reason}`
      : `cold start ${MEANINGS.readyMs.tell(start.median)} until ready (${MEANINGS.readyMs.tell(start.least)} to ${MEANINGS.readyMs.tell(start.most)}), the median of ${start.count} with the file read from the disk`,
    ...(slow === null ? [] : [`99 of 100 answers within ${tell(slow.median)}`]),
    `size ${size(file.bytes)}${of}`,
    ...(failed === 0 ? [] : [`it became ready in ${turns.length} of ${turns.length + failed} turns`]),
    ...(baseline?.against.by !== 'binary' || olderReady === turns.length
      ? []
      : [`the baseline's binary became ready in ${olderReady} of these ${turns.length} turns`]),
  ]
}
