import type { Difference } from './differences.ts'
import type { Feature } from './features.ts'
import type { Snapshot } from './snapshot.ts'

/** In how many lives it became ready, and ended when it was told to: whoever does not has no time that could be compared. */
export function courseFeatures(old: Snapshot, now: Snapshot): readonly Feature[] {
  // Scenarios of a gate may keep it from either.
  if (old.kind === 'gate' || now.kind === 'gate') return []
  const ready = ({ lives, launched }: Snapshot) => marks(lives.length, launched)
  const ended = ({ lives }: Snapshot) => lives.map(({ stopMs }) => (stopMs === null ? 0 : 1))
  return [
    aFeature('became ready', ready(old), ready(now)),
    aFeature('ended by itself when it was told to', ended(old), ended(now)),
  ]
}

/** One of the sides does not come up at all: then neither is measured, and there are no lives to go by. */
export function compareComingUp(old: Snapshot, now: Snapshot): readonly Difference[] {
  const isMeasured = old.lives.length > 0 === now.lives.length > 0
  if (isMeasured || old.kind === 'gate' || now.kind === 'gate') return []
  const kind = now.lives.length === 0 ? 'regression' : 'improvement'
  const of = ({ lives, launched }: Snapshot) => `${lives.length} of ${launched}`
  return [
    {
      ...{ kind, topic: 'times', subject: 'became ready', old: of(old), new: of(now) },
      sentence: `the ${kind === 'regression' ? 'new' : 'old'} one did not become ready, so nothing was measured of either`,
    },
  ]
}

function aFeature(subject: string, from: readonly number[], to: readonly number[]): Feature {
  const [before, after] = [sum(from), sum(to)]
  const [was, is] = [`${before} of ${from.length}`, `${after} of ${to.length}`]
  return {
    ...{ topic: 'times', subject, from, to },
    tell: () => ({
      kind: after < before ? 'regression' : 'improvement',
      ...{ old: was, new: is },
      sentence: `it ${subject} in ${is} lives, and in ${was} before`,
    }),
  }
}

function marks(many: number, of: number): readonly number[] {
  return Array.from({ length: of }, (_, index) => (index < many ? 1 : 0))
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
