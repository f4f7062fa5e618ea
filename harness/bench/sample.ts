import { factsOf } from '../compare/life-facts.ts'
import type { RecordedLife } from '../gate/perform.ts'
import { latenciesOf, slowTailMs } from '../recording/latency.ts'
import { eventsOf } from '../recording/query.ts'
import type { LifeRecording, Volley } from '../recording/recording.ts'
import { spreadOf } from '../statistics/spread.ts'
import { METRICS, type Metric } from './metrics.ts'

/** One life in figures; null is what it did not show. */
export type Sample = Readonly<Record<Metric, number | null>> & {
  /** The slowest of a hundred answers but one. */
  readonly slowHealthMs: number | null
}

/** A life of the sidecar, and one of a program that does nothing else, right before or after it. */
export interface Turn {
  readonly sidecar: Sample
  readonly yardstick: Sample
}

/** Those turns in which both became ready. */
export function turnsOf(
  sidecar: readonly RecordedLife[],
  yardstick: readonly RecordedLife[],
): readonly Turn[] {
  return sidecar.flatMap(({ recording }, index) => {
    const beside = yardstick[index]?.recording
    const [one, other] = [sampleOf(recording), beside === undefined ? null : sampleOf(beside)]
    return one === null || other === null ? [] : [{ sidecar: one, yardstick: other }]
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
  return turns.flatMap(turn => turn[side][metric] ?? [])
}

/** Those that were measured at all. */
export function metricsIn(turns: readonly Turn[]): readonly Metric[] {
  return METRICS.filter(metric => valuesOf(turns, 'sidecar', metric).length > 0)
}
