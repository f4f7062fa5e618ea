import { printable } from '../text/printable.ts'
import type { DifferenceKind } from './differences.ts'
import { type Feature, featuresOf, mean, perLife, tellCame } from './features.ts'
import type { LifeFacts } from './life-facts.ts'

/** The keys of the health body, their types, and values that are the same in every life of a side. */
export function healthFeatures(old: readonly LifeFacts[], now: readonly LifeFacts[]): readonly Feature[] {
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
