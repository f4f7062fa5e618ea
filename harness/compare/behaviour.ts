import { allowedOnStdout } from '../clauses/stdout.ts'
import { tellApart } from '../statistics/counts.ts'
import { printable } from '../text/printable.ts'
import type { Difference, DifferenceKind, Topic } from './differences.ts'
import type { LifeFacts, Tally } from './life-facts.ts'
import { LEAST_LIVES, SHARE_OF_COUNTS } from './measures.ts'
import type { Snapshot } from './snapshot.ts'

/** Something that comes in lives, or does not, with how often it came in each. */
interface Feature {
  readonly topic: Topic
  readonly subject: string
  readonly from: readonly number[]
  readonly to: readonly number[]
  tell(): Pick<Difference, 'kind' | 'sentence' | 'old' | 'new'>
}

/** What came or went in what it says, where it listens, and what it answers. */
export function compareBehaviour(old: Snapshot, now: Snapshot): readonly Difference[] {
  const features = [
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
  const kindOf = (shape: string, isMore: boolean): DifferenceKind =>
    // The app reads stdout, and knows nothing of what is new there, unless the contract does.
    stream === 'stdout' && isMore && ![...examplesOf(shape, now.lives)].every(allowed)
      ? 'regression'
      : 'change'
  const shapes = featuresOf(tallies(old.lives), tallies(now.lives), (shape, from, to) => {
    const [example = shape, ...others] = examplesOf(shape, [...old.lives, ...now.lives])
    const name = `"${printable(others.length === 0 ? example : shape)}"`
    const isMore = mean(to) > mean(from)
    return {
      kind: kindOf(shape, isMore),
      ...{ old: perLife(from), new: perLife(to) },
      sentence: tellCame(`${name} on ${stream}`, from, to),
    }
  })
  const total = (tally: Tally) => ({ [TOTAL]: Object.values(tally).reduce((sum, count) => sum + count, 0) })
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

function healthFeatures(old: readonly LifeFacts[], now: readonly LifeFacts[]): readonly Feature[] {
  const bodies = (lives: readonly LifeFacts[]) =>
    lives.flatMap(({ health }) => (health === null ? [] : [health]))
  const [before, after] = [bodies(old), bodies(now)]
  const keys = new Set([...before, ...after].flatMap(body => Object.keys(body)))
  return [...keys]
    .flatMap(key => {
      const name = key === '' ? 'the health body' : `"${printable(key)}" of the health body`
      const presence = featuresOf(
        before.map(body => (key in body ? { [key]: 1 } : {})),
        after.map(body => (key in body ? { [key]: 1 } : {})),
        (_key, from, to) => ({
          kind: mean(to) > mean(from) ? 'change' : 'regression',
          ...{ old: perLife(from), new: perLife(to) },
          sentence: tellCame(name, from, to),
        }),
      )
      const had = [before, after].map(side => side.flatMap(body => body[key] ?? []))
      const [was = [], is = []] = had
      // Of a key that one side lacks that is all there is to say.
      if (was.length === 0 || is.length === 0) return presence
      return [
        ...presence,
        ...changed(key, was, is, ({ type }) => type, 'regression', name),
        ...changed(key, was, is, ({ value }) => value, 'change', name),
      ]
    })
    .map(feature => ({ ...feature, topic: 'health' as const }))
}

/** What is one thing in every life of a side, and another in those of the other. What differs within a side says nothing. */
function changed<T>(
  key: string,
  old: readonly T[],
  now: readonly T[],
  read: (field: T) => string | null,
  kind: DifferenceKind,
  name: string,
): readonly Feature[] {
  const [was, is] = [new Set(old.map(read)), new Set(now.map(read))]
  const [[before = null], [after = null]] = [[...was], [...is]]
  if (was.size !== 1 || is.size !== 1 || before === null || after === null || before === after) return []
  const told = [before, after].map(value => printable(value, 80))
  return [
    {
      ...{ topic: 'health', subject: key, from: old.map(() => 1), to: now.map(() => 0) },
      tell: () => ({
        ...{ kind, old: told[0] ?? null, new: told[1] ?? null },
        sentence: `${name}: ${told.join(' → ')}`,
      }),
    },
  ]
}

type Tell = (subject: string, from: readonly number[], to: readonly number[]) => ReturnType<Feature['tell']>

function featuresOf(
  old: readonly Tally[],
  now: readonly Tally[],
  tell: Tell,
): readonly Omit<Feature, 'topic'>[] {
  const subjects = new Set([...old, ...now].flatMap(tally => Object.keys(tally)))
  return [...subjects].map(subject => {
    const [from, to] = [old, now].map(side => side.map(tally => tally[subject] ?? 0))
    const counts = { from: from ?? [], to: to ?? [] }
    return { subject, ...counts, tell: () => tell(subject, counts.from, counts.to) }
  })
}

function mean(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}

/** `1`, or `0 to 3`. */
function perLife(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${least}` : `${least} to ${most}`
}

function tellCame(what: string, from: readonly number[], to: readonly number[]): string {
  const [before, after] = [from, to].map(counts => counts.filter(count => count > 0).length)
  if (before === 0) return `${what} is new: ${inLives(to)}`
  if (after === 0) return `${what} is gone: it was there ${inLives(from)}`
  return `${what}: ${perLife(from)} → ${perLife(to)} in a life`
}

function inLives(counts: readonly number[]): string {
  const having = counts.filter(count => count > 0).length
  const often =
    having === counts.length && Math.max(...counts) > 1 ? `, ${perLife(counts)} times in each` : ''
  return `in ${having} of ${counts.length} lives${often}`
}
