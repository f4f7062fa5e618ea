import { type BenchFinding, judgeTurns, needsMoreTurns } from '../../../harness/bench/judge.ts'
import { LOOKS, type Metric } from '../../../harness/bench/metrics.ts'
import type { Sample, Turn } from '../../../harness/bench/sample.ts'
import { makeRandom } from '../random.ts'

/** Repeatable: by chance alone, one of a thousand seeds would be one too many. */
const random = makeRandom(4_455_667)
const uniform = () => (random(1_000_000) + 0.5) / 1_000_000

export interface Given {
  /** Until it has announced itself, on a quick machine. */
  readonly startMs?: number
  /** How much longer everything takes. */
  readonly machine?: number
  readonly mib?: number
}

/** Two lives, one after the other; every tenth is late, each by itself. */
function aTurn({ startMs = 100, machine = 1, mib = 50 }: Given = {}): Turn {
  return { sidecar: aSample(startMs, machine, mib), yardstick: aSample(40, machine, 45) }
}

function aSample(startMs: number, machine: number, mib: number): Sample {
  const lateMs = uniform() < 0.1 ? startMs * -Math.log(uniform()) : 0
  const announcedMs = machine * (startMs * (1 + 0.1 * uniform()) + lateMs)
  return {
    announcedMs,
    readyMs: announcedMs + machine * (3 + 2 * uniform()),
    stopMs: machine * (5 + 20 * uniform() ** 4),
    healthMs: machine * (0.2 + 0.1 * uniform()),
    slowHealthMs: machine * 2,
    requestsPerSecond: (8_000 + 2_000 * uniform()) / machine,
    residentBytes: Math.round(mib * 256 * (1 + 0.02 * uniform())) * 4096,
  }
}

/** As many as `bench` lives by itself. */
const RUNS = 30

export function manyTurns(given: Given = {}, runs: number = RUNS): readonly Turn[] {
  return Array.from({ length: runs }, () => aTurn(given))
}

/** As `bench` looks at it: once, and up to two times more where it cannot tell. */
export function judgeMachines(baseline: readonly Turn[], now: Given): Record<Metric, BenchFinding> {
  const turns: Turn[] = []
  for (let look = 1; ; look++) {
    turns.push(...manyTurns(now))
    const judged = judgeTurns(baseline, turns)
    if (look < LOOKS && needsMoreTurns(judged)) continue
    return Object.fromEntries(judged.map(({ metric, finding }) => [metric, finding])) as Record<
      Metric,
      BenchFinding
    >
  }
}
