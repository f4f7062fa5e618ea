import { type Against, type BenchFinding, judgeTurns, needsMoreTurns } from '../../../harness/bench/judge.ts'
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
  return { sidecar: aSample(startMs, machine, mib), yardstick: aSample(40, machine, 45), before: null }
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

/** What was measured of it on another day. */
export function ofAnotherDay(turns: readonly Turn[]): Against {
  return { by: 'yardstick', turns, reason: '/one is gone' }
}

export const BINARY: Against = { by: 'binary', path: '/one' }

/** So much of its mood a machine keeps from one life to the next: some twenty lives, half a minute, make another. */
const KEPT = 0.95
/** With that, its speed differs by 11 % (standard deviation) from one half minute to another, as was measured. */
const STEP = 0.11 * Math.sqrt(1 - KEPT ** 2)

/** Turns of the older binary with one of now, on a machine whose speed wanders. */
export function turnsOnWandering(now: Given, runs: number = RUNS): readonly Turn[] {
  let mood = 0
  const life = ({ startMs = 100, mib = 50 }: Given) => {
    mood = KEPT * mood + STEP * normal()
    return aSample(startMs, Math.exp(mood), mib)
  }
  return Array.from({ length: runs }, (_, turn) => {
    const [first, second] = turn % 2 === 0 ? ([{}, now] as const) : ([now, {}] as const)
    const [one, other] = [life(first), life(second)]
    return {
      ...(turn % 2 === 0 ? { before: one, sidecar: other } : { before: other, sidecar: one }),
      yardstick: null,
    }
  })
}

/** Box and Muller's. */
function normal(): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

type Found = Record<Metric, BenchFinding>

/** Against a baseline of another day. */
export function judgeMachines(baseline: readonly Turn[], now: Given): Found {
  return look(ofAnotherDay(baseline), () => manyTurns(now))
}

/** Against the older binary itself. */
export function judgeWandering(now: Given): Found {
  return look(BINARY, () => turnsOnWandering(now))
}

/** As `bench` looks at it: once, and up to two times more where it cannot tell. */
function look(against: Against, live: () => readonly Turn[]): Found {
  const turns: Turn[] = []
  for (let look = 1; ; look++) {
    turns.push(...live())
    const judged = judgeTurns(against, turns)
    if (look < LOOKS && needsMoreTurns(judged)) continue
    return Object.fromEntries(judged.map(({ metric, finding }) => [metric, finding])) as Found
  }
}
