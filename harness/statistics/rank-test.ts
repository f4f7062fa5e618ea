/**
 * The two-sided p-value of the Mann-Whitney rank test, exact also where values are tied: of all ways to deal the same
 * values out to two sides, how many part them as far as they were found, or further. Nothing is assumed of how the
 * values are distributed, which matters for times: they have a long tail on one side. (H. B. Mann and D. R. Whitney, On a
 * test of whether one of two random variables is stochastically larger than the other, Annals of Mathematical Statistics
 * 18, 1947; for ties the permutation distribution of the mid-ranks, as in E. L. Lehmann, Nonparametrics, 1975, 1.4.)
 */
export function rankTest(one: readonly number[], other: readonly number[]): number {
  // Nothing tells nothing apart.
  if (one.length === 0 || other.length === 0) return 1
  const ranks = doubledRanks([...one, ...other])
  const [few, from] = one.length <= other.length ? [one.length, 0] : [other.length, one.length]
  const sum = ranks.slice(from, from + few).reduce((total, rank) => total + rank, 0)
  const ways = waysToSum(ranks, few)
  return twoSided(ways, sum)
}

/**
 * How many values on each side are the least with which this test can come to such a p-value at all: with fewer, even
 * two sides that do not overlap could have been dealt out so by chance.
 */
export function leastSamples(alpha: number): number {
  let ways = 1
  for (let samples = 1; ; samples++) {
    // C(2n, n) from C(2n - 2, n - 1).
    ways = (ways * 2 * (2 * samples - 1)) / samples
    if (2 / ways <= alpha) return samples
  }
}

/**
 * For samples without ties: the p-values of the rank test if it counted one side's wins over the other, from no win at
 * all on. `below[k]` is the chance of k wins or fewer.
 */
export function chancesOfWins(size: number, otherSize: number): readonly number[] {
  const key = `${size}/${otherSize}`
  const known = knownChances.get(key)
  if (known !== undefined) return known
  const ranks = Array.from({ length: size + otherSize }, (_, index) => index + 1)
  const least = (size * (size + 1)) / 2
  const ways = waysToSum(ranks, size).slice(least, least + size * otherSize + 1)
  const all = ways.reduce((total, number) => total + number, 0)
  let below = 0
  const chances = Array.from(ways, number => {
    below += number
    return below / all
  })
  knownChances.set(key, chances)
  return chances
}

const knownChances = new Map<string, readonly number[]>()

/** Those of tied values are the mean of theirs, which doubled is whole; where nothing is tied, the plain ranks. */
export function doubledRanks(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks = new Array<number>(values.length).fill(0)
  let isTied = false
  for (let first = 0; first < order.length; ) {
    let last = first
    while (last + 1 < order.length && values[order[last + 1] ?? 0] === values[order[first] ?? 0]) last++
    for (let place = first; place <= last; place++) ranks[order[place] ?? 0] = first + 1 + last + 1
    isTied ||= last > first
    first = last + 1
  }
  return isTied ? ranks : ranks.map(rank => rank / 2)
}

/** `ways[s]`: in how many ways so many of these ranks add up to s. */
function waysToSum(ranks: readonly number[], many: number): Float64Array {
  const most = [...ranks].sort((a, b) => b - a).slice(0, many)
  const highest = most.reduce((total, rank) => total + rank, 0)
  const ways = Array.from({ length: many + 1 }, () => new Float64Array(highest + 1))
  const none = ways[0]
  if (none !== undefined) none[0] = 1
  for (const [index, rank] of ranks.entries()) {
    for (let taken = Math.min(index + 1, many); taken >= 1; taken--) {
      const [more, less] = [ways[taken], ways[taken - 1]]
      if (more === undefined || less === undefined) continue
      for (let sum = rank; sum <= highest; sum++) more[sum] = (more[sum] ?? 0) + (less[sum - rank] ?? 0)
    }
  }
  return ways[many] ?? new Float64Array()
}

/** Twice the smaller tail: where values are tied, the two need not mirror each other. */
function twoSided(ways: Float64Array, sum: number): number {
  let [all, low, high] = [0, 0, 0]
  for (const [total, number] of ways.entries()) {
    all += number
    if (total <= sum) low += number
    if (total >= sum) high += number
  }
  return Math.min(1, (2 * Math.min(low, high)) / all)
}
