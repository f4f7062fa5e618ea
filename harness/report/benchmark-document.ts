import type { Benchmark } from '../bench/benchmark.ts'
import type { ColdStarts } from '../bench/cold-starts.ts'
import { type Against, type BenchFinding, judgeTurns } from '../bench/judge.ts'
import type { Metric } from '../bench/metrics.ts'
import { metricsIn, type Turn, valuesOf } from '../bench/sample.ts'
import type { HostDescription } from '../recording/evidence.ts'
import { type Spread, spreadOf } from '../statistics/spread.ts'
import type { Tool } from './verdict-document.ts'

/** Changes whenever a field changes its meaning or goes. What is added changes nothing. */
export const BENCHMARK_SCHEMA = 1

/** What one binary costs, for machines, and the baseline of a later one: see docs/bench.md. */
export interface BenchmarkDocument {
  schema: typeof BENCHMARK_SCHEMA
  tool: Tool
  startedAt: string
  durationMs: number
  contract: string
  host: HostDescription
  /** What the processor calls itself. */
  cpu: string
  file: Benchmark['file']
  failed: number
  turnsMs: number
  metrics: readonly MetricDocument[]
  cold: ColdStarts
  turns: readonly Turn[]
  against: AgainstDocument | null
}

export interface MetricDocument {
  metric: Metric
  sidecar: Spread
  yardstick: Spread | null
}

export interface AgainstDocument {
  path: string
  startedAt: string
  sha256: string
  by: Against['by']
  /** The older binary that took turns; null by the yardstick. */
  binary: string | null
  isSameFile: boolean
  findings: readonly FindingDocument[]
}

export interface FindingDocument {
  metric: Metric
  finding: BenchFinding
  baseline: Spread | null
  now: Spread | null
  /** Hodges and Lehmann's estimate; null where one side has no value. */
  shift: number | null
  interval: readonly [number, number] | null
  /** The same on a machine as quick as the baseline's was; null for what no machine changes. */
  shiftByYardstick: number | null
  intervalByYardstick: readonly [number, number] | null
}

/** A benchmark, what it is held against, and how it was made. */
export interface BenchRun {
  readonly benchmark: Benchmark
  readonly baseline: Baseline | null
  readonly tool: Tool
  readonly durationMs: number
}

/** A benchmark of before, from a file. */
export interface Baseline {
  readonly path: string
  readonly benchmark: Pick<Benchmark, 'startedAt' | 'host' | 'cpu' | 'file'>
  readonly against: Against
}

export function toBenchmarkDocument(run: BenchRun): BenchmarkDocument {
  const { benchmark, tool, durationMs } = run
  const { startedAt, host, cpu, contract, file, turns, failed, cold, turnsMs } = benchmark
  return {
    schema: BENCHMARK_SCHEMA,
    ...{ tool, startedAt: startedAt.toISOString(), durationMs, contract, host, cpu, file, failed, turnsMs },
    metrics: metricsIn(turns).flatMap(metric => {
      const sidecar = spreadOf(valuesOf(turns, 'sidecar', metric))
      return sidecar === null
        ? []
        : [{ metric, sidecar, yardstick: spreadOf(valuesOf(turns, 'yardstick', metric)) }]
    }),
    ...{ cold, turns, against: holdAgainst(run) },
  }
}

function holdAgainst({ benchmark, baseline }: BenchRun): AgainstDocument | null {
  if (baseline === null) return null
  const { path, benchmark: before, against } = baseline
  return {
    ...{ path, startedAt: before.startedAt.toISOString(), sha256: before.file.sha256 },
    isSameFile: before.file.sha256 === benchmark.file.sha256,
    by: against.by,
    binary: against.by === 'binary' ? against.path : null,
    findings: judgeTurns(against, benchmark.turns).map(({ metric, finding, plain, byYardstick }) => ({
      ...{ metric, finding, baseline: plain.from, now: plain.to },
      shift: plain.shift?.estimate ?? null,
      interval: plain.shift?.interval ?? null,
      shiftByYardstick: byYardstick?.shift?.estimate ?? null,
      intervalByYardstick: byYardstick?.shift?.interval ?? null,
    })),
  }
}
