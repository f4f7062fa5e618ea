import { z } from 'zod'
import { BENCH_FINDINGS } from '../bench/judge.ts'
import { METRICS, type Metric } from '../bench/metrics.ts'
import { BENCHMARK_SCHEMA, type BenchmarkDocument } from './benchmark-document.ts'
import { spread } from './comparison-schema.ts'
import { host, ms, number, publish } from './verdict-schema.ts'

/** Milliseconds, bytes or answers a second, as the metric's name says. */
const figure = z.number().min(0).nullable()
const figures = Object.fromEntries(METRICS.map(metric => [metric, figure])) as Record<Metric, typeof figure>
const sample = z.strictObject({ ...figures, slowHealthMs: figure })
const turn = z.strictObject({ sidecar: sample, yardstick: sample.nullable(), before: sample.nullable() })
const interval = z.tuple([z.number(), z.number()]).nullable()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const file = z.strictObject({ path: z.string(), name: z.string(), sha256, bytes: number })

const finding = z.strictObject({
  metric: z.enum(METRICS),
  finding: z.enum(BENCH_FINDINGS),
  baseline: spread.nullable(),
  now: spread.nullable(),
  shift: z.number().nullable(),
  interval,
  shiftByYardstick: z.number().nullable(),
  intervalByYardstick: interval,
})

const benchmark = z.strictObject({
  schema: z.literal(BENCHMARK_SCHEMA),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: ms,
  contract: z.string(),
  host,
  cpu: z.string(),
  file,
  failed: number,
  turnsMs: ms,
  metrics: z.array(
    z.strictObject({ metric: z.enum(METRICS), sidecar: spread, yardstick: spread.nullable() }),
  ),
  cold: z.strictObject({ readyMs: z.array(ms), reason: z.string().nullable() }),
  turns: z.array(turn),
  against: z
    .strictObject({
      path: z.string(),
      startedAt: z.iso.datetime(),
      sha256,
      isSameFile: z.boolean(),
      by: z.enum(['binary', 'yardstick']),
      binary: z.string().nullable(),
      findings: z.array(finding),
    })
    .nullable(),
})

/** The benchmark as `--reporter json` and `--save` write it, with nothing left out and nothing beside. */
export const benchmarkSchema: z.ZodType<BenchmarkDocument> = benchmark

/** What a baseline has to hold; what a later version adds is not minded. */
export const baselineSchema: z.ZodType<
  Pick<BenchmarkDocument, 'schema' | 'startedAt' | 'host' | 'cpu' | 'file' | 'turns'>
> = benchmark.pick({ schema: true, startedAt: true, host: true, cpu: true, file: true, turns: true }).loose()

/** The same as JSON Schema, for readers in any language. */
export function benchmarkJsonSchema(): Record<string, unknown> {
  return publish(benchmarkSchema, {
    title: 'A benchmark by sidecar-harness',
    description:
      'What `sidecar-harness bench --reporter json` and `--save` write. docs/bench.md tells of each field.',
  })
}
