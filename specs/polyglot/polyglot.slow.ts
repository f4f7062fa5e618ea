import { expect, test } from 'vitest'
import { isJudged, measure } from '../../fixtures/polyglot/measure.ts'
import { POLYGLOTS } from '../../fixtures/polyglot/sidecars.ts'
import { TOOLS } from '../../fixtures/polyglot/tools.ts'

/* The same sidecar in every language: what this machine can build passes the whole gate, by nothing but its contract. */

/** A build of Go's net/http that nothing is cached of, and a gate on a machine that has other things to do. */
const TIMEOUT_MS = 300_000

test.for(POLYGLOTS)('$name is sound', { timeout: TIMEOUT_MS }, async (polyglot, { skip, signal }) => {
  const row = await measure(polyglot, { signal })
  if (!isJudged(row)) {
    const { tool } = polyglot
    expect(row).toMatchObject({ outcome: 'missing' })
    expect(row.reason).toContain(tool === null ? 'what comes with this repository' : TOOLS[tool].name)
    return skip(row.reason)
  }
  expect(row).toMatchObject({ outcome: 'pass', broken: [] })
  expect(row.summary.pass).toBeGreaterThan(60)
  for (const figure of ['bytes', 'readyMs', 'stopMs', 'memoryBytes'] as const) {
    expect(row[figure], figure).toBeGreaterThan(0)
  }
})
