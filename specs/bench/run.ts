import { cpus, totalmem } from 'node:os'
import type { Comparison, Topic } from './topic.ts'
import type { Workshop } from './workshop.ts'

/** All that a run has measured: as it is kept, and read again. */
export interface BenchRun {
  readonly schema: 1
  readonly startedAt: string
  /** In a few words: the figures are this machine's. */
  readonly machine: string
  readonly rounds: number
  readonly comparisons: readonly Comparison[]
}

interface RunOptions {
  readonly topics: readonly Topic[]
  readonly rounds: number
  readonly workshop: Workshop
  onTopic(topic: Topic): void
  /** After each topic, with all so far. */
  onMeasured(run: BenchRun, latest: readonly Comparison[]): Promise<void>
}

/** Measures topic by topic. */
export async function runBench({
  topics,
  rounds,
  workshop,
  onTopic,
  onMeasured,
}: RunOptions): Promise<BenchRun> {
  const begun = {
    schema: 1,
    startedAt: new Date().toISOString(),
    machine: describeMachine(),
    rounds,
  } as const
  let run: BenchRun = { ...begun, comparisons: [] }
  for (const topic of topics) {
    onTopic(topic)
    const latest = await topic.measure({ rounds: Math.min(rounds, topic.mostRounds ?? rounds), workshop })
    run = { ...begun, comparisons: [...run.comparisons, ...latest] }
    await onMeasured(run, latest)
  }
  return run
}

function describeMachine(): string {
  const all = cpus()
  const model = all[0]?.model.trim() ?? 'unknown processor'
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`
  return `${all.length} × ${model}, ${memory}, ${process.platform} ${process.arch}, Node ${process.version}`
}
