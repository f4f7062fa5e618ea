import type { Difference, Topic } from './differences.ts'
import type { Tally } from './life-facts.ts'

/** Something that comes in lives, or does not, with how often it came in each. */
export interface Feature {
  readonly topic: Topic
  readonly subject: string
  readonly from: readonly number[]
  readonly to: readonly number[]
  tell(): Pick<Difference, 'kind' | 'sentence' | 'old' | 'new'>
}

export type Tell = (
  subject: string,
  from: readonly number[],
  to: readonly number[],
) => ReturnType<Feature['tell']>

/** A feature for each word that either side's tallies have. */
export function featuresOf(
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

export function mean(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}

/** `1`, or `0 to 3`. */
export function perLife(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${least}` : `${least} to ${most}`
}

/** That it is new, or gone, or how often it came and comes. */
export function tellCame(what: string, from: readonly number[], to: readonly number[]): string {
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
