import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { Fault } from '../../../fixtures/faulty/catalogue.ts'
import { contractFor } from '../../../fixtures/faulty/contract.ts'
import { hasCompiler, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { enabledClauses } from '../../../harness/contract/levels.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
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

/** What of the catalogue is judged of a faulty sidecar: all of it, or what it breaks and a few beside that, which is quicker. */
export type Extent = 'the whole gate' | 'its own clauses'

/** A test for each: exactly the clauses that it breaks may fail, of those that are judged. */
export function describeMatrix(faults: readonly Fault[], bench: () => Bench, extent: Extent): void {
  // Much of their time is spent waiting for what a faulty sidecar never does.
  describe.concurrent(`a faulty sidecar breaks its own clause and no other, by ${extent}`, () => {
    test.for(faults)('$name', { timeout: GATE_TIMEOUT_MS }, async (fault, { expect, skip }) => {
      skip(fault.kind === 'native' && !(await hasCompiler()), NEEDS_COMPILER)
      const { directory, foreign } = bench()
      const clauses = extent === 'its own clauses' ? { clauses: ownOf(fault) } : {}
      const { verdict, recording } = await judgeFaulty(fault, directory, foreign, clauses)

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

/**
 * What tells whether it came up at all, by which others are blocked, and the two ordinary lives of which any can show a
 * fault: one that SIGTERM ends, and one that SIGINT does.
 */
const ORDINARY: readonly ClauseId[] = ['start/within-budget', 'announce/once', 'stop/sigterm', 'stop/sigint']

function ownOf(fault: Fault): ClauseId[] {
  const own = new Set<string>([...ORDINARY, ...expectedBroken(fault)])
  const { contract } = resolveContract(contractFor(fault), { file: null, directory: '/' })
  return enabledClauses(contract).filter(id => own.has(id))
}
