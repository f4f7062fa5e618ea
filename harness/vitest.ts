import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, type RunnerTestSuite, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS, type ClauseId } from './contract/catalogue.ts'
import { loadContract } from './contract/load.ts'
import { type ResolvedContract, resolveContract } from './contract/resolve.ts'
import type { ContractInput } from './contract/schema.ts'
import { findBinary } from './gate/find-binary.ts'
import { runGate } from './gate/gate.ts'
import type { ClauseResult } from './gate/verdict.ts'
import { selectHost } from './host/index.ts'
import { explainFailure } from './report/explain.ts'

export interface DescribeContractOptions {
  /** The contract's file, or the contract itself. The default contract where neither is given. */
  readonly config?: string | URL
  readonly contract?: ContractInput
  /** The binary to judge. SIDECAR_BINARY in the environment wins over it, and nothing is built then. */
  readonly binary?: string
}

/** For a build of a large backend, and a gate in which several waits run into the default budgets. */
const GATE_TIMEOUT_MS = 300_000

/**
 * A test per clause. The lives are recorded once, before the first test, and only those that the selected tests
 * need: `vitest -t stop/` launches what the stop clauses are judged by. A should that fails passes with an
 * annotation; skipped and blocked clauses are skipped with their reason.
 */
export function describeContract(options: DescribeContractOptions = {}): void {
  describe(`contract of ${nameOf(options)}`, () => {
    let results: ReadonlyMap<ClauseId, ClauseResult> = new Map()
    let selected: ReadonlySet<ClauseId> = new Set()
    // Vitest hands the suite over as the second parameter, and insists that the first be destructured.
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the source text of this function.
    beforeAll(async ({}, suite) => {
      selected = new Set(selectedClauses(suite))
      const verdict = await judgeSelected(options, [...selected])
      results = new Map(verdict.clauses.map(clause => [clause.id, clause]))
    }, GATE_TIMEOUT_MS)
    for (const id of CLAUSE_IDS) {
      test(`${id}: ${CATALOGUE[id].promise}`, { meta: { clause: id } }, async ({ annotate, skip }) => {
        const result = results.get(id)
        if (result === undefined) throw new Error(`${id} was selected, and the gate says nothing of it.`)
        switch (result.outcome) {
          case 'fail':
            throw new ClauseFailure(result)
          case 'warn':
            await annotate(explainFailure(result), 'warning')
            break
          case 'blocked': {
            const blocker = results.get(result.blockedBy ?? id)
            // Nobody else tells of a blocker whose own test was not selected, and the run would be green.
            if (blocker?.outcome === 'fail' && !selected.has(blocker.id)) throw new ClauseFailure(blocker)
            skip(`blocked by ${result.blockedBy}`)
            break
          }
          case 'skipped':
          case 'waived':
            skip(result.reason ?? '')
            break
          case 'pass':
            if (result.observed !== null) await annotate(result.observed, 'notice')
        }
      })
    }
  })
}

/** A must that the sidecar broke: what was expected, what was seen, and when. */
export class ClauseFailure extends Error {
  override readonly name = 'ClauseFailure'
  readonly result: ClauseResult

  constructor(result: ClauseResult) {
    super(explainFailure(result))
    this.result = result
    // The stack would show this file, and nothing of the sidecar.
    this.stack = `${this.name}: ${this.message}`
  }
}

declare module 'vitest' {
  interface TaskMeta {
    /** The clause that a test of describeContract judges. */
    clause?: ClauseId
  }
}

async function judgeSelected(options: DescribeContractOptions, clauses: readonly ClauseId[]) {
  const resolved = await resolveOptions(options)
  const { SIDECAR_BINARY: fromEnvironment } = process.env
  const named = fromEnvironment || options.binary
  const found = await findBinary(resolved.contract, named)
  const { verdict } = await runGate({ resolved, host: selectHost(), clauses, ...found })
  return verdict
}

async function resolveOptions({ config, contract }: DescribeContractOptions): Promise<ResolvedContract> {
  if (config !== undefined) return loadContract(pathOf(config))
  return resolveContract(contract ?? {}, { file: null, directory: process.cwd() })
}

function pathOf(config: string | URL): string {
  return typeof config === 'string' ? resolve(config) : fileURLToPath(config)
}

function nameOf({ config, contract, binary }: DescribeContractOptions): string {
  if (process.env.SIDECAR_BINARY) return basename(process.env.SIDECAR_BINARY)
  if (binary !== undefined) return basename(binary)
  return contract?.name ?? (config === undefined ? 'the sidecar' : basename(pathOf(config)))
}

function selectedClauses(suite: Readonly<RunnerTestSuite>): ClauseId[] {
  return suite.tasks.flatMap(task =>
    task.type === 'test' && task.mode === 'run' && task.meta.clause !== undefined ? [task.meta.clause] : [],
  )
}
