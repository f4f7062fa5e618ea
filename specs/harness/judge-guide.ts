import type { Guide } from '../../fixtures/guides/guides.ts'
import { makeGuide } from '../../fixtures/guides/make.ts'
import type { FoundTool } from '../../fixtures/guides/tools.ts'
import type { ClauseId } from '../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../harness/contract/input.ts'
import { resolveContract } from '../../harness/contract/resolve.ts'
import { runGate } from '../../harness/gate/gate.ts'
import type { ClauseResult } from '../../harness/gate/verdict.ts'
import { selectHost } from '../../harness/host/index.ts'

/** What a gate found on a guide's server that is not as it is known to be: nothing, where all is as it should be. */
export interface Surprises {
  /** Clauses that it broke, and nobody knew; with what was observed. */
  readonly alarms: readonly string[]
  /** Clauses that it is known to break, and kept. */
  readonly stale: readonly ClauseId[]
}

/** Runs the whole gate on a guide's server, under its own contract; `amounts` make it quicker. */
export async function judgeGuide(
  guide: Guide,
  tool: FoundTool,
  directory: string,
  amounts: ContractInput = {},
): Promise<Surprises> {
  const file = await makeGuide(guide, tool, directory)
  const { verdict } = await runGate({
    resolved: resolveContract({ ...guide.contract, ...amounts }, { file: null, directory }),
    file,
    host: selectHost(),
  })
  const failed = verdict.clauses.filter(({ outcome }) => outcome === 'fail')
  const warned = verdict.clauses.filter(({ outcome }) => outcome === 'warn')
  return {
    alarms: [...unknown(failed, guide.knownToFail, guide), ...unknown(warned, guide.knownToWarn, guide)],
    stale: [...kept(failed, guide.knownToFail), ...kept(warned, guide.knownToWarn)],
  }
}

function unknown(broken: readonly ClauseResult[], known: object, { nowAndThen }: Guide): readonly string[] {
  return broken
    .filter(({ id }) => !(id in known) && !(id in nowAndThen))
    .map(({ id, expected, observed }) => `${id}: expected that ${expected}; observed: ${observed}`)
}

function kept(broken: readonly ClauseResult[], known: object): readonly ClauseId[] {
  return (Object.keys(known) as ClauseId[]).filter(id => !broken.some(clause => clause.id === id))
}
