import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { Fault } from '../../../fixtures/faulty/catalogue.ts'
import { hasCompiler, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import { conclude } from '../../../harness/gate/conclude.ts'
import { reachVerdict } from '../../../harness/gate/verdict.ts'
import { diagnosisOf, disguise } from './diagnosing.ts'
import { brokenClauses, expectedBroken, judgeFaulty, startForeignServer, tellBroken } from './judging.ts'

/** A gate takes a second or two, and several share the machine with each other. */
const GATE_TIMEOUT_MS = 120_000

/** What the specs of one file judge with: a directory for what is made, and another program. */
export interface Bench {
  readonly directory: string
  readonly foreign: Server
}

/** Set up before the file's first test, and gone after its last. */
export function useBench(): () => Bench {
  let bench: Bench
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'faulty-'))
    bench = { directory, foreign: await startForeignServer() }
  })
  afterAll(async () => {
    await rm(bench.directory, { recursive: true })
    await new Promise(resolve => bench.foreign.close(resolve))
  })
  return () => bench
}

/** A test for each: the whole gate is run on it, and exactly the clauses that it breaks may fail. */
export function describeMatrix(faults: readonly Fault[], bench: () => Bench): void {
  // Much of their time is spent waiting for what a faulty sidecar never does.
  describe.concurrent('a faulty sidecar breaks its own clause and no other', () => {
    test.for(faults)('$name', { timeout: GATE_TIMEOUT_MS }, async (fault, { expect, skip }) => {
      skip(fault.kind === 'native' && !(await hasCompiler()), NEEDS_COMPILER)
      const { directory, foreign } = bench()
      const { verdict, recording } = await judgeFaulty(fault, directory, foreign)

      expect(brokenClauses(verdict), tellBroken(verdict)).toEqual(expectedBroken(fault))
      const own = verdict.clauses.find(({ id }) => id === fault.breaks)
      expect(own?.outcome).toBe(fault.outcome ?? 'fail')
      expect(own?.expected).toMatch(/\w/)
      expect(own?.observed).toMatch(/\w/)
      // A fault of the file is seen before there is any time to tell.
      expect(own?.seen === null).toBe(fault.kind === 'file')
      expect(diagnosisOf(fault, recording.evidence)).toBe(fault.diagnosis)
      // Recognised by what happened, and not by its name or its words.
      const disguised = disguise(recording.evidence)
      expect(diagnosisOf(fault, disguised)).toBe(fault.diagnosis)
      // What `debug` names first, of what may have failed beside it.
      for (const evidence of [recording.evidence, disguised]) {
        expect(conclude(reachVerdict(evidence, recording.facts)).main?.diagnosis?.id).toBe(fault.diagnosis)
      }
    })
  })
}
