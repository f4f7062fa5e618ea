import { CLAUSE_IDS } from '../contract/catalogue.ts'
import type { Verdict } from '../gate/verdict.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import { showPathFrom } from './reproduce.ts'

/** What was judged, by what, and where: enough to find the very same file again. */
export function describeSubject({
  artifact,
  chosenBy,
  contract,
  conditions,
  host,
  clauses,
  strict,
  target,
  timeScale,
}: Verdict): readonly string[] {
  const here = process.cwd()
  const named = chosenBy === 'environment' ? ' (named by SIDECAR_BINARY)' : ''
  const by = contract.file === null ? 'the default contract' : showPathFrom(contract.file, here)
  const asked = [
    `${clauses.length} of ${CLAUSE_IDS.length} clauses${clauses.length < CLAUSE_IDS.length ? ' (check --list shows them)' : ''}`,
    ...(strict ? ['strict'] : []),
    ...(timeScale === 1 ? [] : [`times × ${timeScale}`]),
  ]
  return [
    `${contract.name}: ${printable(showPathFrom(artifact.path, here), Number.POSITIVE_INFINITY)}${named}`,
    `  ${artifact.triple ?? artifact.format}, ${size(artifact.bytes)}, sha256 ${artifact.sha256}`,
    `  judged on ${host.os} ${host.arch}, ${host.cpus} cores, Node ${host.node}, by ${by}`,
    `  ${asked.join(', ')}`,
    ...describeConditions({ conditions, target }),
    ...contract.notes.map(note => `  note: ${printable(note, Number.POSITIVE_INFINITY)}`),
  ]
}

/** Said wherever it was launched otherwise than in the bare environment, or not at all. */
export function describeConditions({
  conditions,
  target,
}: Pick<Verdict, 'conditions' | 'target'>): readonly string[] {
  if (target !== null) return [`  Judged for ${target} by its file alone: nothing was launched.`]
  const cured = [
    ...(conditions.environment === 'caller' ? ['environment'] : []),
    ...(conditions.directory === 'caller' ? ['working directory'] : []),
  ]
  if (cured.length === 0) return []
  return [
    `  It starts only with the ${cured.join(' and the ')} of your shell, so everything else was judged with that.`,
  ]
}
