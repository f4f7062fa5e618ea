/** What the process holds after so many lives. */
export interface Sample {
  readonly lives: number
  readonly bytes: number
}

/**
 * How much it grows with each life, in the second half: by then all code is compiled and every cache is full. The median
 * of the slopes between all pairs (Theil and Sen): one sample that is far off, and there are such, changes nothing.
 */
export function growthPerLife(samples: readonly Sample[]): number {
  const half = samples.slice(Math.floor(samples.length / 2))
  const slopes = half.flatMap((from, index) =>
    half.slice(index + 1).map(to => (to.bytes - from.bytes) / (to.lives - from.lives)),
  )
  return medianOf(slopes)
}

/** The upper one of the two in the middle, where there are two; 0 of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
