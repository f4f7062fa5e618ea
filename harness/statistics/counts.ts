import { leastSamples, rankTest } from './rank-test.ts'

/** How often something came in each life of either side: a line, a listener, a key. */
export interface Counts {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/**
 * Which of many things come more often, or less often, on one side than on the other. One that comes now and then is no
 * difference where it happens not to come for once, and the more of such there are, the more it takes of each.
 */
export function tellApart<T extends Counts>(all: readonly T[], alpha: number): readonly T[] {
  const least = leastSamples(alpha)
  const many = all.filter(({ from, to }) => Math.min(from.length, to.length) >= least)
  const uncertain = many.filter(counts => !isSteady(counts))
  const each = alpha / divisor(uncertain.map(leastP), alpha)
  return many.filter(counts => (isSteady(counts) ? counts.from[0] !== counts.to[0] : test(counts) <= each))
}

/**
 * The same in every life of a side. What comes by the throw of a coin would come in all lives of one side and in none of
 * the other once in half of 4ⁿ comparisons of n lives: of nine lives, once in 131 072.
 */
function isSteady({ from, to }: Counts): boolean {
  return from.every(count => count === from[0]) && to.every(count => count === to[0])
}

/**
 * Of many tests one may come out by chance, so each gets a share of alpha; but what came too seldom to come out at all,
 * however it was dealt out, takes none. (R. E. Tarone, A modified Bonferroni method for discrete data, Biometrics 46,
 * 1990.)
 */
function divisor(leastPs: readonly number[], alpha: number): number {
  const sorted = leastPs.toSorted((a, b) => a - b)
  let shares = 1
  while (sorted.filter(p => p <= alpha / shares).length > shares) shares++
  return shares
}

/** The p-value, if all of the larger counts had come on one side. */
function leastP({ from, to }: Counts): number {
  const sorted = [...from, ...to].sort((a, b) => a - b)
  return test({ from: sorted.slice(0, from.length), to: sorted.slice(from.length) })
}

/** Most things that come once come alike. */
const knownTests = new Map<string, number>()

function test({ from, to }: Counts): number {
  const key = [from, to].map(counts => counts.toSorted((a, b) => a - b).join(' ')).join('/')
  const known = knownTests.get(key) ?? rankTest(from, to)
  knownTests.set(key, known)
  return known
}
