import { describe, expect, test } from 'vitest'
import { SEED } from '../random.ts'
import { describeFinding, type Property } from './property.ts'

/** A test for each of these. SPEC_SEED repeats a run. */
export function holdTrue(what: string, properties: readonly Property[]): void {
  describe(`${what}, whatever they are (seed ${SEED})`, () => {
    test.each(properties)('$name', async ({ check, runs }) => {
      expect(describeFinding(await check({ numRuns: runs, seed: SEED }))).toBeNull()
    })
  })
}
