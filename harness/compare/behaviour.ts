import { allowedOnStdout } from '../clauses/stdout.ts'
import { tellApart } from '../statistics/counts.ts'
import { printable } from '../text/printable.ts'
import { courseFeatures } from './course-features.ts'
import type { Difference, DifferenceKind } from './differences.ts'
import { type Feature, featuresOf, mean, perLife, tellCame } from './features.ts'
import { healthFeatures } from './health-features.ts'
import type { LifeFacts, Tally } from './life-facts.ts'
import { LEAST_LIVES, SHARE_OF_COUNTS } from './measures.ts'
import type { Snapshot } from './snapshot.ts'

/** What came or went in how it starts and ends, what it says, where it listens, and what it answers. */
export function compareBehaviour(old: Snapshot, now: Snapshot): readonly Difference[] {
  const features = [
    ...courseFeatures(old, now),
    ...listenerFeatures(old.lives, now.lives),
    ...lineFeatures('stdout', old, now),
    ...lineFeatures('stderr', old, now),
    ...healthFeatures(old.lives, now.lives),
  ]
  const seen = features.filter(({ from, to }) => Math.min(from.length, to.length) >= LEAST_LIVES)
  const apart = tellApart(seen, SHARE_OF_COUNTS)
  return withoutTotals(apart).map(({ topic, subject, tell }) => ({ topic, subject, ...tell() }))
}

/** How much was said is only told of a stream where no single line shows it. */
function withoutTotals(features: readonly Feature[]): readonly Feature[] {
  const single = new Set(features.filter(({ subject }) => subject !== TOTAL).map(({ topic }) => topic))
  return features.filter(({ topic, subject }) => subject !== TOTAL || !single.has(topic))
}

/** Stands for all lines of a stream: one whose words are new in every life has no shape. */
const TOTAL = 'lines in all'

function lineFeatures(stream: 'stdout' | 'stderr', old: Snapshot, now: Snapshot): readonly Feature[] {
  const allowed = allowedOnStdout(now.contract)
  const tallies = (lives: readonly LifeFacts[]) => lives.map(life => life[stream])
  const everyLife = [...old.lives, ...now.lives]
  const isAllowed = (shape: string) => [...examplesOf(shape, everyLife)].every(allowed)
  // The app reads stdout, and knows nothing of what is new there, unless the contract does.
  const kindOf = (shape: string, isMore: boolean): DifferenceKind =>
    stream === 'stdout' && isMore && !isAllowed(shape) ? 'regression' : 'change'
  const shapes = featuresOf(tallies(old.lives), tallies(now.lives), (shape, from, to) => {
    const [example = shape, ...others] = examplesOf(shape, everyLife)
    const name = `"${printable(others.length === 0 ? example : shape)}"`
    const isMore = mean(to) > mean(from)
    return {
      kind: kindOf(shape, isMore),
      ...{ old: perLife(from), new: perLife(to) },
      sentence: tellCame(`${name} on ${stream}`, from, to),
    }
  })
  const total = (tally: Tally) => {
    const counted = Object.entries(tally).filter(([shape]) => stream === 'stderr' || !isAllowed(shape))
    return { [TOTAL]: counted.reduce((sum, [, count]) => sum + count, 0) }
  }
  const totals = featuresOf(
    tallies(old.lives).map(total),
    tallies(now.lives).map(total),
    (_subject, from, to) => ({
      kind: stream === 'stdout' && mean(to) > mean(from) ? 'regression' : 'change',
      ...{ old: perLife(from), new: perLife(to) },
      sentence: `lines on ${stream}: ${perLife(from)} → ${perLife(to)} in a life`,
    }),
  )
  return [...shapes, ...totals].map(feature => ({ ...feature, topic: stream }))
}

/** Lines of this shape, as they were written. */
function examplesOf(shape: string, lives: readonly LifeFacts[]): ReadonlySet<string> {
  return new Set(
    lives.flatMap(({ examples }) => (Object.hasOwn(examples, shape) ? (examples[shape] ?? []) : [])),
  )
}

/** One more is one more way in, which a firewall asks the user about. */
function listenerFeatures(old: readonly LifeFacts[], now: readonly LifeFacts[]): readonly Feature[] {
  const tallies = (lives: readonly LifeFacts[]) =>
    lives.flatMap(({ listeners }) => (listeners === null ? [] : [listeners]))
  return featuresOf(tallies(old), tallies(now), (address, from, to) => ({
    kind: mean(to) > mean(from) ? 'regression' : 'change',
    ...{ old: perLife(from), new: perLife(to) },
    sentence: tellCame(`a listener on ${address}`, from, to),
  })).map(feature => ({ ...feature, topic: 'listeners' as const }))
}
