import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasCompiler } from '../../fixtures/native/make.ts'
import { runGate } from '../../harness/gate/gate.ts'
import { selectHost } from '../../harness/host/index.ts'
import { startBusyLoops } from '../soak/load.ts'
import { SUBJECTS, type SubjectName } from '../soak/subjects.ts'

/*
 * A gate that is wrong one time in fifty gets switched off: sound sidecars pass, also on a machine that is busy.
 * `pnpm soak` does the same for as long as one likes.
 */

const GATES = 5
const TIMEOUT_MS = 600_000

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sound-'))
})
afterAll(() => rm(directory, { recursive: true }))

const compiler = await hasCompiler()

describe.each([
  { load: 'idle', loops: 0 },
  { load: 'with twice as many busy loops as cores', loops: 2 * availableParallelism() },
])('on a machine that is $load', ({ loops }) => {
  let busy: ReturnType<typeof startBusyLoops>
  beforeAll(() => {
    busy = startBusyLoops(loops)
  })
  afterAll(() => busy.end())

  test.for<SubjectName>(['reference', 'native', 'twin'])(
    `the sound %s sidecar passes ${GATES} gates in a row`,
    { timeout: TIMEOUT_MS },
    async (name, { skip }) => {
      skip(name === 'native' && !compiler, 'there is no C compiler')
      const { resolved, file } = await SUBJECTS[name](directory)
      for (let gate = 1; gate <= GATES; gate++) {
        const { verdict } = await runGate({ resolved, file, host: selectHost() })
        const flips = verdict.clauses.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'skipped')
        expect(flips, `gate ${gate} of ${GATES}`).toEqual([])
      }
    },
  )
})
