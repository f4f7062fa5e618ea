import { figuresOf } from './figures.ts'
import type { Comparison } from './topic.ts'

/** One line of the design's table: how good it has to be. */
export interface Target {
  readonly what: string
  /** As the table says it. */
  readonly wanted: string
  /** Where it stands in what was measured; where somebody else looks after it: what to call. */
  readonly by: Measured | string
}

interface Measured {
  readonly comparison: string
  readonly side: string
  /** Of the median of the rounds' ratios, or of the samples where the comparison has no base. */
  readonly most?: number
  readonly least?: number
}

/** The harness, in every comparison in which it stands beside others. */
export const OURS = 'sidecar-harness'

export const TARGETS: readonly Target[] = [
  {
    what: 'the reference backend is seen ready',
    wanted: '≤ 1.10 × a C program',
    by: { comparison: 'launch to ready, reference', side: OURS, most: 1.1 },
  },
  {
    what: 'a native sidecar is seen ready',
    wanted: '≤ 4 × a C program',
    by: { comparison: 'launch to ready, native', side: OURS, most: 4 },
  },
  {
    what: 'the whole gate beyond its observation windows, reference',
    wanted: '≤ 1.5 × a bare loop',
    by: { comparison: 'the gate, reference', side: 'the gate, beyond its windows', most: 1.5 },
  },
  {
    what: 'the whole gate beyond its observation windows, native',
    wanted: '≤ 1.5 × a bare loop',
    by: { comparison: 'the gate, native', side: 'the gate, beyond its windows', most: 1.5 },
  },
  {
    what: '100 native sidecars at once, all healthy',
    wanted: '≤ 1.5 × child_process',
    by: { comparison: '100 at once, all healthy', side: OURS, most: 1.5 },
  },
  ...['64 KiB', '4 KiB', '100 bytes'].map(writes => ({
    what: `1 GiB on stderr in writes of ${writes}`,
    wanted: '≥ 0.65 × cat',
    by: { comparison: `a flood in writes of ${writes}`, side: OURS, least: 0.65 },
  })),
  {
    what: 'its memory grows by, through such a flood',
    wanted: '≤ 64 MiB',
    // "Flat": a sixteenth of what has come. What is kept of a stream, and what a garbage collector is behind, is less.
    by: { comparison: 'a flood: memory', side: OURS, most: 64 },
  },
  ...['--help', 'check --list'].map(command => ({
    what: `the start of ${command}`,
    wanted: '≤ 1.6 × node -e 0',
    by: { comparison: 'own start', side: `${OURS} ${command}`, most: 1.6 },
  })),
  { what: '1,000 lives in a row leave nothing', wanted: 'nothing', by: 'pnpm soak --lives 1000' },
  { what: 'sound sidecars never fail', wanted: '100 times over', by: 'pnpm soak --runs 100' },
  { what: 'faulty sidecars fail by their own clause', wanted: 'each', by: 'pnpm test:all' },
]

export interface Outcome {
  readonly target: Target
  /** The figure that the target speaks of; null where it was not measured. */
  readonly figure: number | null
  readonly isMet: boolean | null
}

/** How the targets stand after what was measured. */
export function judgeTargets(comparisons: readonly Comparison[]): readonly Outcome[] {
  return TARGETS.map(target => {
    const { by } = target
    const figure = typeof by === 'string' ? null : find(by, comparisons)
    if (figure === null || typeof by === 'string') return { target, figure: null, isMet: null }
    const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY } = by
    return { target, figure, isMet: figure <= most && figure >= least }
  })
}

function find({ comparison, side }: Measured, comparisons: readonly Comparison[]): number | null {
  const found = comparisons.find(({ what }) => what === comparison)
  const measured = found?.sides.find(({ name }) => name === side)
  if (found === undefined || measured === undefined) return null
  const figures = figuresOf(found, measured)
  if (figures === null) return null
  return found.base === null ? figures.spread.median : (figures.ratio?.median ?? null)
}
