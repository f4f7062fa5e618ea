import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { GUIDES } from '../../fixtures/guides/guides.ts'
import { findTool, needs } from '../../fixtures/guides/tools.ts'
import type { ContractInput } from '../../harness/contract/input.ts'
import { judgeGuide } from './judge-guide.ts'

/*
 * A server written as its language's guide teaches it fails nothing that a sensible user would call fine. Here those
 * that need nothing but Node, in a quick gate; specs/slow has them all, and in full.
 */

/** Smaller amounts, and budgets for what is known to use them up: it is for ever that it waits. */
const QUICKER: ContractInput = {
  fleet: { instances: 2, restarts: 2 },
  resources: { requests: 60, idleMs: 300 },
  budgets: { graceMs: 4_000, soonMs: 4_000 },
}

const TIMEOUT_MS = 120_000

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guides-'))
})
afterAll(() => rm(directory, { recursive: true }))

// Most of their time is spent waiting for an end that does not come.
test.concurrent.for(GUIDES.filter(({ tool }) => tool.kind === 'node'))(
  '$name breaks what it is known to break, and nothing else',
  { timeout: TIMEOUT_MS },
  async (guide, { expect, skip }) => {
    const tool = await findTool(guide.tool)
    if (tool === null) return skip(needs(guide.tool))

    expect(await judgeGuide(guide, tool, directory, QUICKER)).toEqual({ alarms: [], stale: [] })
  },
)
