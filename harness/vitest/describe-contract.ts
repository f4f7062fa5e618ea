import { basename, dirname } from 'node:path'
import { beforeAll, describe, expect, type RunnerTestSuite, type TestContext, test } from 'vitest'
import { CATALOGUE, type ClauseId } from '../contract/catalogue.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { groupByBlocker } from '../gate/blockades.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import type { GateOptions, GateResult } from '../gate/gate.ts'
import type { SelectOptions } from '../gate/select.ts'
import { explainBriefly } from '../report/explain.ts'
import { testOutcome } from '../report/test-outcome.ts'
import { renderTimeline } from '../report/timeline.ts'
import { keepRecording } from './attach.ts'
import { type Choice, findContracts, locateBinary, refuseOneFileForAll } from './locate.ts'
import { insideOf } from './patience.ts'
import { noteBinary, tellBinaries } from './watched.ts'

export interface DescribeContractOptions extends SelectOptions, Choice {
  /** A should that fails is red, too, and so is a waiver of a clause that passes. */
  readonly strict?: boolean
}

/** For a build of a large backend, and a gate in which several waits run into the default budgets. */
const GATE_TIMEOUT_MS = 300_000

/**
 * A test for each clause that the contract enables, or that `only`, `skip` and `enable` select; in a `describe` for each
 * contract where a file holds several. The lives are recorded once, before the first test, and only those that the
 * selected tests need: `vitest -t stop/` launches what the stop clauses are judged by. A should that fails passes with
 * an annotation; waived, skipped and blocked clauses are skipped with their reason. What failed tells what its life did,
 * and when, and its recording is attached.
 */
export function describeContract(options: DescribeContractOptions = {}): void {
  const specFile = expect.getState().testPath ?? process.cwd()
  describe(`contract of ${nameOf(options)}`, async () => {
    const contracts = await findContracts(options, dirname(specFile))
    refuseOneFileForAll(contracts)
    const [only, ...others] = contracts
    if (only === undefined) return
    if (others.length === 0) return describeClauses(only, false, options, specFile)
    for (const resolved of contracts) {
      describe(resolved.contract.name, () => describeClauses(resolved, true, options, specFile))
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

async function describeClauses(
  given: ResolvedContract,
  oneOfSeveral: boolean,
  options: DescribeContractOptions,
  specFile: string,
): Promise<void> {
  const { selectClauses } = await import('../gate/select.ts')
  const { contract, clauses } = selectClauses(given.contract, options)
  const resolved = { ...given, contract }
  let judged: GateResult
  let selected: ReadonlySet<ClauseId> = new Set()
  // Vitest hands the suite over as the second parameter, and insists that the first be destructured.
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the source text of this function.
  beforeAll(async ({}, suite) => {
    selected = new Set(selectedClauses(suite))
    const binary = await locateBinary(resolved, options)
    noteBinary(specFile, binary.file)
    tellBinaries(suite.file)
    judged = await judge({ resolved, ...binary, clauses: [...selected], oneOfSeveral }, options)
  }, GATE_TIMEOUT_MS)
  for (const id of clauses) {
    test(`${id}: ${CATALOGUE[id].promise}`, { meta: { clause: id } }, async context => {
      const { verdict } = judged
      const result = verdict.clauses.find(clause => clause.id === id)
      if (result === undefined) throw new Error(`${id} was selected, and the gate says nothing of it.`)
      const outcome = testOutcome(result, verdict, selected, explainBriefly)
      if (outcome.kind === 'fail')
        throw new ClauseFailure(result, await explain(outcome.message, result, judged, context))
      if (outcome.kind === 'skip') context.skip(outcome.reason)
      else if (outcome.note !== null) {
        await context.annotate(outcome.note, outcome.isWarning ? 'warning' : 'notice')
      }
    })
  }
}

async function judge(
  what: Pick<GateOptions, 'resolved' | 'file' | 'clauses' | 'oneOfSeveral'>,
  { strict = false }: DescribeContractOptions,
): Promise<GateResult> {
  const { runGate } = await import('../gate/gate.ts')
  const { selectHost } = await import('../host/index.ts')
  // Ours ends first, and says how far it came.
  const signal = AbortSignal.timeout(insideOf(GATE_TIMEOUT_MS).innerMs)
  // A test that fails keeps the recording.
  const judged = await runGate({ ...what, host: selectHost(), strict, keepsRaw: true, signal })
  if (judged.verdict.outcome !== 'interrupted') return judged
  const { length } = judged.verdict.lives
  throw new Error(
    `The gate was not over after ${GATE_TIMEOUT_MS / 1000} s: it had recorded ${length} lives by then.`,
  )
}

/** What the life did in which it was seen, and where all that was recorded is kept. */
async function explain(
  message: string,
  result: ClauseResult,
  { verdict, recording }: GateResult,
  { task, annotate }: TestContext,
): Promise<string> {
  const blocker = groupByBlocker(verdict.clauses).find(({ blocked }) => blocked.includes(result))?.blocker
  const { seen } = blocker ?? result
  const life = recording.evidence.lives.find(({ id }) => id === seen?.life)
  if (life === undefined) return message
  const timeline = `What the sidecar did in the life ${life.id}, and when:\n${renderTimeline(life)}`
  const kept = await keepRecording(task, recording, timeline)
  await annotate(`recording: ${kept.shown}`, 'sidecar', {
    path: kept.timelineFile,
    contentType: 'text/plain',
  })
  return [message, '', timeline, `    recording  ${kept.shown}`].join('\n')
}

function nameOf({ config, contract, sidecar, binary }: DescribeContractOptions): string {
  if (process.env.SIDECAR_BINARY) return basename(process.env.SIDECAR_BINARY)
  if (binary !== undefined) return basename(binary)
  if (sidecar !== undefined) return sidecar
  return contract?.name ?? (config === undefined ? 'the sidecar' : basename(String(config)))
}

function selectedClauses(suite: Readonly<RunnerTestSuite>): ClauseId[] {
  return suite.tasks.flatMap(task =>
    task.type === 'test' && task.mode === 'run' && task.meta.clause !== undefined ? [task.meta.clause] : [],
  )
}
