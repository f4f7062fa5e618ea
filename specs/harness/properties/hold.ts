import { describe, expect, test } from 'vitest'
import { SEED } from '../random.ts'
import { describeFinding, type Property } from './property.ts'

/** What refutes one is made small before it is told, which takes longer than finding it. */
const SHRINKING_MS = 180_000

/** A test for each of these. SPEC_SEED repeats a run. */
export function holdTrue(what: string, properties: readonly Property[]): void {
  describe(`${what}, whatever they are (seed ${SEED})`, () => {
    test.each(properties)('$name', { timeout: SHRINKING_MS }, async ({ check, runs }) => {
      expect(describeFinding(await check({ numRuns: runs, seed: SEED }))).toBeNull()
    })
  })
}
