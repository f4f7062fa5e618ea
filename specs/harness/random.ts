/** Give the printed seed as SPEC_SEED to repeat a run. */
export const SEED: number = Number(process.env.SPEC_SEED ?? Date.now() % 2 ** 31)

/** Whole numbers below a bound, the same for the same seed (xorshift). */
export function makeRandom(seed: number = SEED): (below: number) => number {
  let state = seed | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** The same bytes in pieces of any length, empty ones included. */
export function cutAnyhow(bytes: Buffer, random: (below: number) => number): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = random(4) === 0 ? random(3) : random(bytes.length)
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}
