import { describeArtifact } from '../artifact/describe.ts'
import { BASELINE_LIFE } from '../clauses/clause.ts'
import { CLAUSES } from '../clauses/index.ts'
import { enabledClauses } from '../contract/levels.ts'
import type { GateRecording, RawStreams } from '../recording/archive.ts'
import type { Case } from './errors.ts'
import { evidenceOf } from './judging.ts'
import { SPEC_SCENARIO } from './sidecar.ts'

/**
 * The lives of a spec as a recording that can be written and judged again: by what is promised of every life. The raw
 * streams are those of the first cases. One contract and one file are told, those of the first.
 */
export async function toGateRecording(
  cases: readonly Case[],
  raws: readonly RawStreams[],
): Promise<GateRecording> {
  const [first] = cases
  if (first === undefined) throw new Error('a recording of nothing was to be kept')
  const { artifact } = first.circumstances
  // With its hash, this time; unless somebody has taken it away meanwhile.
  const whole = await describeArtifact(artifact.path).catch(() => artifact)
  const lives = cases.map(({ recording }, index) => {
    return {
      ...recording,
      id: index === 0 ? SPEC_SCENARIO : `${SPEC_SCENARIO}.${index + 1}`,
      instance: index,
    }
  })
  const evidence = evidenceOf(lives, { ...first.circumstances, artifact: whole })
  const enabled = new Set(enabledClauses(first.circumstances.contract))
  const clauses = CLAUSES.filter(({ id, scenarios }) => enabled.has(id) && scenarios.includes(BASELINE_LIFE))
  return {
    evidence: { ...evidence, plan: { ...evidence.plan, clauses: clauses.map(({ id }) => id) } },
    raw: new Map(raws.map((raw, index) => [lives[index]?.id ?? '', raw])),
  }
}
