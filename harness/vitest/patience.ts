import { type RunnerTestCase, TestRunner } from 'vitest'
import { ENDLESS, type Patience } from '../sidecar/patience.ts'
import { duration } from '../text/duration.ts'

/** What is left to tell what went wrong, and to clear away: also on a machine that is slow at the moment. */
const MARGIN_MS = 100
const MARGIN_SHARE = 0.05

/**
 * A deadline inside of Vitest's: whatever is late is told by us, with what the sidecar said and did, and not as
 * "Test timed out". One margin is for whoever waits to be told, one for the end of what was begun.
 */
export function insideOf(outerMs: number): { readonly innerMs: number; readonly marginMs: number } {
  const marginMs = Math.max(MARGIN_MS, outerMs * MARGIN_SHARE)
  return { innerMs: outerMs - 2 * marginMs, marginMs }
}

/** The time that a test gives, from the moment in which its fixtures began (on Date.now()). */
export function patienceOf({ timeout }: Readonly<RunnerTestCase>, beganAt: number): Patience {
  // What Vitest takes for no limit.
  if (timeout <= 0 || !Number.isFinite(timeout)) return ENDLESS
  const { innerMs, marginMs } = insideOf(timeout)
  return {
    leftMs: () => beganAt + innerMs - Date.now(),
    reserveMs: marginMs,
    limit: `Vitest gives this test ${duration(timeout)}: see testTimeout`,
  }
}

/** What is shared waits with whoever uses it at the moment: with nobody between tests, and in hooks. */
export const SHARED_PATIENCE: Patience = {
  leftMs: () => currentPatience().leftMs(),
  get reserveMs() {
    return currentPatience().reserveMs
  },
  get limit() {
    return currentPatience().limit
  },
}

function currentPatience(): Patience {
  const test = TestRunner.getCurrentTest()
  if (test?.result === undefined) return ENDLESS
  const { startTime, attempts } = test.result
  const earlier = attempts?.at(-1)
  // A retry begins where the attempt before it ended.
  const beganAt = earlier === undefined ? startTime : earlier.startTime + earlier.duration
  return patienceOf(test, beganAt ?? Date.now())
}
