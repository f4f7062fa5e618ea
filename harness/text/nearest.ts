import leven from 'leven'

/**
 * The word that was probably meant, or null when none is near. At most a third of its letters may differ:
 * beyond that a suggestion misleads more than it helps.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: { candidate: string; distance: number } | null = null
  for (const candidate of candidates) {
    const distance = leven(word.toLowerCase(), candidate.toLowerCase())
    if (
      distance <= Math.max(1, Math.ceil(candidate.length / 3)) &&
      (best === null || distance < best.distance)
    ) {
      best = { candidate, distance }
    }
  }
  return best?.candidate ?? null
}

/** ` Did you mean "x"?`, or the whole list where nothing is near: ready to be put behind a message. */
export function suggest(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates)
  return near === null ? `Known are: ${candidates.join(', ')}.` : `Did you mean "${near}"?`
}
