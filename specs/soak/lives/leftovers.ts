import type { Stock } from './stock.ts'

/** What is there that was not there before: `descriptors: 2 more of "socket"`. */
export function findLeftovers(before: Stock, after: Stock): readonly string[] {
  return (Object.keys(after) as (keyof Stock)[]).flatMap(kind => {
    const known = tally(before[kind])
    return [...tally(after[kind])].flatMap(([name, count]) => {
      const more = count - (known.get(name) ?? 0)
      return more > 0 ? [`${kind}: ${more} more of ${JSON.stringify(name)}`] : []
    })
  })
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
