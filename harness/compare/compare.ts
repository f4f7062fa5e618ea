import type { ClauseId } from '../contract/catalogue.ts'
import { compareBehaviour } from './behaviour.ts'
import { compareClauses } from './clause-differences.ts'
import { compareComingUp } from './course-features.ts'
import { type Difference, type DifferenceKind, inOrder } from './differences.ts'
import { compareFiles, fileFacts } from './file-differences.ts'
import { compareMeasures, differencesIn, LEAST_LIVES, type Measure } from './measures.ts'
import { pairLives, type Snapshot } from './snapshot.ts'

/** Two sides beside each other: the data that every report of a comparison is drawn from. */
export interface Comparison {
  readonly old: Snapshot
  readonly new: Snapshot
  /** Both are the same file, byte by byte. */
  readonly isSameFile: boolean
  /** Their lives took turns on one machine: only then a difference in time or memory is the binary's. */
  readonly sideBySide: boolean
  readonly measures: readonly Measure[]
  /** The gravest first. */
  readonly differences: readonly Difference[]
  /** How many of each. */
  readonly summary: Readonly<Record<DifferenceKind, number>>
  /** What could not be compared, and why. */
  readonly notes: readonly string[]
}

/** What differs. Pure: the same recordings give the same comparison anywhere. */
export function compare(one: Snapshot, other: Snapshot): Comparison {
  const [old, now] = pairLives(one, other)
  const sideBySide = old.session !== null && old.session === now.session
  const measures = compareMeasures(old, now)
  const differences = inOrder([
    ...compareClauses(old, now),
    ...(sideBySide ? differencesIn(measures) : []),
    ...compareFiles(fileFacts(old.artifact), fileFacts(now.artifact)),
    ...compareComingUp(old, now),
    ...compareBehaviour(old, now),
  ])
  const summary: Record<DifferenceKind, number> = { regression: 0, improvement: 0, change: 0 }
  for (const { kind } of differences) summary[kind]++
  return {
    ...{ old, new: now, sideBySide, measures, differences, summary },
    isSameFile: old.artifact.sha256 === now.artifact.sha256,
    notes: [...noteLives(old, now, sideBySide), ...noteClauses(old, now), ...noteStreams(old, now)],
  }
}

function noteLives(old: Snapshot, now: Snapshot, sideBySide: boolean): readonly string[] {
  const sides = [
    ['old', old],
    ['new', now],
  ] as const
  const few = Math.min(old.lives.length, now.lives.length)
  return [
    ...sides
      .filter(([, { kind, lives, launched }]) => kind === 'plain' && lives.length < launched)
      .map(
        ([name, { lives, launched }]) =>
          `the ${name} one became ready in ${lives.length} of ${launched} lives`,
      ),
    ...(few < LEAST_LIVES
      ? [
          `too few lives to tell: ${few} that can be compared, and ${LEAST_LIVES} on each side are the least by which times, memory, listeners, lines and the health body can be told apart`,
        ]
      : []),
    ...noteLooks(old, now),
    ...(!sideBySide && few >= LEAST_LIVES
      ? [
          'times and memory are told and not judged: the two were recorded apart, and the machine may have been another, or busier',
        ]
      : []),
  ]
}

/** In most scenarios of a gate nobody looks where it listens. */
function noteLooks(old: Snapshot, now: Snapshot): readonly string[] {
  const looked = [old, now].map(({ lives }) => lives.filter(({ listeners }) => listeners !== null).length)
  const [few, lives] = [Math.min(...looked), Math.min(old.lives.length, now.lives.length)]
  if (lives < LEAST_LIVES || few >= LEAST_LIVES) return []
  return [
    `listeners are judged by the clauses alone: in ${few} of these lives somebody looked, and ${LEAST_LIVES} are needed`,
  ]
}

function noteClauses(old: Snapshot, now: Snapshot): readonly string[] {
  const only = (one: Snapshot, other: Snapshot): readonly ClauseId[] =>
    one.clauses.map(({ id }) => id).filter(id => !other.clauses.some(clause => clause.id === id))
  const tell = (ids: readonly ClauseId[], side: string) =>
    ids.length === 0 ? [] : [`judged of the ${side} one alone: ${ids.join(', ')}`]
  return [...tell(only(old, now), 'old'), ...tell(only(now, old), 'new')]
}

function noteStreams(old: Snapshot, now: Snapshot): readonly string[] {
  return [...old.lives, ...now.lives].some(({ isCut }) => isCut)
    ? ['of what it wrote only the first and the last lines are kept, and compared']
    : []
}
