import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GUIDES } from '../../fixtures/guides/guides.ts'
import { findTool, needs } from '../../fixtures/guides/tools.ts'
import { judgeGuide } from '../harness/judge-guide.ts'

/*
 * Every server that a guide teaches, as far as its tools are here, in the whole gate under the default amounts. By itself:
 * one that is compiled at each start is late beside any other.
 */

/** One that has to be compiled at each start needs three minutes on a busy machine. */
const TIMEOUT_MS = 600_000

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guides-'))
})
afterAll(() => rm(directory, { recursive: true }))

test.for(GUIDES)(
  '$name breaks what it is known to break, and nothing else',
  { timeout: TIMEOUT_MS },
  async (guide, { skip }) => {
    const tool = await findTool(guide.tool)
    if (tool === null) return skip(needs(guide.tool))

    expect(await judgeGuide(guide, tool, directory)).toEqual({ alarms: [], stale: [] })
  },
)
