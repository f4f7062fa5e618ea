import type { Judgement } from '../clauses/judge.ts'
import type { Evidence } from '../recording/evidence.ts'
import { CALIBRATION } from '../recording/recording.ts'
import { KNOWN_FAILURES } from './known/index.ts'
import type { Diagnosis, Scene } from './known-failure.ts'
import { runtimeOf } from './runtime.ts'

/**
 * The likely cause of a clause that failed: the first known failure that fits, from the particular to the general.
 * Null for what did not fail, and for what nobody has met yet. Pure, as judges are.
 */
export function diagnose({ id, finding }: Judgement, evidence: Evidence): Diagnosis | null {
  if (finding.outcome !== 'fail') return null
  const life = evidence.lives.find(each => each.id === finding.seen?.life) ?? null
  // What is wrong with the file of another target is seen in that one, by the machine that it is for.
  const { target: _, ...plan } = evidence.plan
  const judged = finding.of === undefined ? evidence : { ...evidence, plan, ...finding.of }
  // What the program does that measures the machine, no sidecar does.
  const lives = judged.lives.filter(({ scenario }) => scenario !== CALIBRATION)
  const seenIn = { ...judged, lives }
  const scene: Scene = { clause: id, finding, life, evidence: seenIn, runtime: runtimeOf(seenIn.artifact) }
  for (const known of KNOWN_FAILURES) {
    if (!known.clauses.includes(id)) continue
    const recognition = known.recognise(scene)
    if (recognition === null) continue
    const { cause = known.title, fix = known.fix, evidence: seen = [] } = recognition
    const mend = scene.runtime === 'unknown' ? undefined : fix[scene.runtime]
    return { id: known.id, cause, evidence: seen, fix: mend ?? fix.any, sources: known.sources }
  }
  return null
}
