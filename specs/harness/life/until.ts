import { setTimeout as delay } from 'node:timers/promises'

/** Far beyond what any of this takes: what hangs fails by this, what is slow on a busy machine does not. */
export const PATIENCE_MS = 15_000

/** Looks, again and again, until something holds. Unlike expect.poll, it also serves tests that run side by side. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`)
    await delay(5)
  }
}
