import { factsOf } from '../compare/life-facts.ts'
import type { RecordedLife } from '../gate/perform.ts'
import { latenciesOf, slowTailMs } from '../recording/latency.ts'
import { eventsOf } from '../recording/query.ts'
import type { LifeRecording, Volley } from '../recording/recording.ts'
import type { Pair } from '../statistics/pairs.ts'
import { spreadOf } from '../statistics/spread.ts'
import { METRICS, type Metric } from './metrics.ts'

/** One life in figures; null is what it did not show. */
export type Sample = Readonly<Record<Metric, number | null>> & {
  /** The slowest of a hundred answers but one. */
  readonly slowHealthMs: number | null
}

/** A life of the sidecar, and those that were lived right before or after it. */
export interface Turn {
  readonly sidecar: Sample
  /** Of a program that does nothing else; null where it was not lived, or did not become ready. */
  readonly yardstick: Sample | null
  /** Of the binary that the sidecar was before, the baseline's; null likewise. */
  readonly before: Sample | null
}

/** Lives of each, in the order of the turns. Those who took no part have none. */
export interface LivesInTurns {
  readonly sidecar: readonly RecordedLife[]
  readonly yardstick: readonly RecordedLife[]
  readonly before: readonly RecordedLife[]
}

/** Those turns in which the sidecar became ready. */
export function turnsOf({ sidecar, yardstick, before }: LivesInTurns): readonly Turn[] {
  const look = (life: RecordedLife | undefined) => (life === undefined ? null : sampleOf(life.recording))
  return sidecar.flatMap((life, index) => {
    const own = look(life)
    return own === null
      ? []
      : [{ sidecar: own, yardstick: look(yardstick[index]), before: look(before[index]) }]
  })
}

/** Null where it did not become ready. */
export function sampleOf(life: LifeRecording): Sample | null {
  const [facts] = factsOf([life])
  if (facts === undefined) return null
  const volleys = eventsOf(life, 'volley')
  const latenciesMs = latenciesOf(volleys).filter(Number.isFinite)
  const { announcedMs, readyMs, stopMs, residentBytes } = facts
  return {
    ...{ announcedMs, readyMs, stopMs, residentBytes },
    healthMs: spreadOf(latenciesMs)?.median ?? null,
    slowHealthMs: latenciesMs.length === 0 ? null : slowTailMs(latenciesMs),
    requestsPerSecond: rateOf(volleys.findLast(({ purpose }) => purpose === 'load')),
  }
}

/** Null where nothing was answered: a rate of nothing is no quick program's. */
function rateOf(volley: Volley | undefined): number | null {
  const { answered = 0, tookMs = 0 } = volley ?? {}
  return answered === 0 || tookMs === 0 ? null : (answered / tookMs) * 1000
}

/** What was measured of one metric, in the order of the turns. */
export function valuesOf(turns: readonly Turn[], side: keyof Turn, metric: Metric): readonly number[] {
  return turns.flatMap(turn => turn[side]?.[metric] ?? [])
}

/** Of each turn that showed it of both: first of the older binary. */
export function pairsOf(turns: readonly Turn[], metric: Metric): readonly Pair[] {
  return turns.flatMap(({ before, sidecar }) => {
    const [old, now] = [before?.[metric] ?? null, sidecar[metric]]
    return old === null || now === null ? [] : [[old, now] as const]
  })
}

/** Those that were measured at all. */
export function metricsIn(turns: readonly Turn[]): readonly Metric[] {
  return METRICS.filter(metric => valuesOf(turns, 'sidecar', metric).length > 0)
}
