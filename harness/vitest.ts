import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, type RunnerTestSuite, test } from 'vitest'
import { CATALOGUE, type ClauseId } from './contract/catalogue.ts'
import type { ContractInput } from './contract/input.ts'
import { loadContract } from './contract/load.ts'
import { type ResolvedContract, resolveContract } from './contract/resolve.ts'
import { findBinary } from './gate/find-binary.ts'
import { runGate } from './gate/gate.ts'
import { type SelectOptions, selectClauses } from './gate/select.ts'
import type { ClauseResult, Verdict } from './gate/verdict.ts'
import { selectHost } from './host/index.ts'
import { testOutcome } from './report/test-outcome.ts'

export interface DescribeContractOptions extends SelectOptions {
  /** The contract's file, or the contract itself. The default contract where neither is given. */
  readonly config?: string | URL
  readonly contract?: ContractInput
  /** The binary to judge. SIDECAR_BINARY in the environment wins over it, and nothing is built then. */
  readonly binary?: string
  /** A should that fails is red, too, and so is a waiver of a clause that passes. */
  readonly strict?: boolean
}

/** For a build of a large backend, and a gate in which several waits run into the default budgets. */
const GATE_TIMEOUT_MS = 300_000

/**
 * A test for each clause that the contract enables, or that `only`, `skip` and `enable` select. The lives are recorded
 * once, before the first test, and only those that the selected tests need: `vitest -t stop/` launches what the stop
 * clauses are judged by. A should that fails passes with an annotation; waived, skipped and blocked clauses are
 * skipped with their reason.
 */
export function describeContract(options: DescribeContractOptions = {}): void {
  describe(`contract of ${nameOf(options)}`, async () => {
    const { resolved, clauses } = await select(options)
    let verdict: Verdict
    let selected: ReadonlySet<ClauseId> = new Set()
    // Vitest hands the suite over as the second parameter, and insists that the first be destructured.
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the source text of this function.
    beforeAll(async ({}, suite) => {
      selected = new Set(selectedClauses(suite))
      verdict = await judgeSelected(options, resolved, [...selected])
    }, GATE_TIMEOUT_MS)
    for (const id of clauses) {
      test(`${id}: ${CATALOGUE[id].promise}`, { meta: { clause: id } }, async ({ annotate, skip }) => {
        const result = verdict.clauses.find(clause => clause.id === id)
        if (result === undefined) throw new Error(`${id} was selected, and the gate says nothing of it.`)
        const outcome = testOutcome(result, verdict, selected)
        if (outcome.kind === 'fail') throw new ClauseFailure(result, outcome.message)
        if (outcome.kind === 'skip') skip(outcome.reason)
        else if (outcome.note !== null) await annotate(outcome.note, outcome.isWarning ? 'warning' : 'notice')
      })
    }
  })
}

/** A promise that the sidecar broke: what was expected, what was seen, and when. */
export class ClauseFailure extends Error {
  override readonly name = 'ClauseFailure'
  readonly result: ClauseResult

  constructor(result: ClauseResult, message: string) {
    super(message)
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

/** Which tests there are is known once the contract is: it enables clauses. */
async function select(options: DescribeContractOptions) {
  const resolved = await resolveOptions(options)
  const { contract, clauses } = selectClauses(resolved.contract, options)
  return { resolved: { ...resolved, contract }, clauses }
}

async function judgeSelected(
  { binary, strict = false }: DescribeContractOptions,
  resolved: ResolvedContract,
  clauses: readonly ClauseId[],
): Promise<Verdict> {
  const { SIDECAR_BINARY: fromEnvironment } = process.env
  const found = await findBinary(resolved.contract, fromEnvironment || binary)
  const { verdict } = await runGate({ resolved, host: selectHost(), clauses, strict, ...found })
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
