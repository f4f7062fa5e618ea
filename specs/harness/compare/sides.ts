/** Both sides of a comparison, written by hand. */

import type { ArtifactDescription } from '../../../harness/artifact/description.ts'
import type { Finding } from '../../../harness/clauses/clause.ts'
import { type Comparison, compare } from '../../../harness/compare/compare.ts'
import { type Snapshot, takeSnapshot } from '../../../harness/compare/snapshot.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import type { Outcome } from '../../../harness/gate/verdict.ts'
import type { Listener } from '../../../harness/host/host.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, loopback, type Script } from '../clauses/recordings.ts'
import { makeRandom } from '../random.ts'
import { verdictFor } from '../report/verdicts.ts'

export interface Given {
  /** How many lives; 12 where nothing is said. */
  readonly lives?: number
  /** How long the start takes beyond 40 ms, in the mean. */
  readonly startMs?: number
  readonly stopMs?: number
  readonly residentMib?: number
  /** What it does beside a sound one, before it announces itself. */
  readonly says?: (life: Script, index: number) => void
  /** Where it listens. */
  readonly listens?: (port: number) => readonly Listener[]
  /** How many of its lives never become ready. */
  readonly unready?: number
  /** How many have to be killed. */
  readonly hanging?: number
  readonly body?: (index: number) => unknown
  readonly found?: Readonly<Partial<Record<ClauseId, Finding>>>
  readonly further?: Readonly<Partial<Record<ClauseId, readonly Outcome[]>>>
  readonly clauses?: readonly ClauseId[]
  readonly artifact?: Partial<ArtifactDescription>
  readonly contract?: ContractInput
  /** In which its lives took turns with those of the other; null for what a gate alone has recorded. */
  readonly session?: string | null
}

const random = makeRandom(4711)

/** One side: a sound sidecar, but for what is said. Its times are spread over some 3 %. */
export function aSide(given: Given = {}): Snapshot {
  const { lives = 12, artifact = {}, contract = {}, session = 'one' } = given
  const scripts = Array.from({ length: lives }, (_, index) => aLifeOf(given, index))
  const evidence = evidenceOf({ only: scripts, artifact, contract })
  const { found = {}, clauses, further = {} } = given
  const verdict = verdictFor({ found, contract, artifact, ...(clauses === undefined ? {} : { clauses }) })
  const plan = session === null ? evidence.plan : { ...evidence.plan, session }
  return takeSnapshot(
    { evidence: { ...evidence, plan }, verdict },
    { further: new Map(Object.entries(further) as [ClauseId, readonly Outcome[]][]) },
  )
}

/** The port is another in every life. */
const FIRST_PORT = 41_000

function aLifeOf(given: Given, index: number): Script {
  const { startMs = 60, stopMs = 20, residentMib = 60, says = () => {}, body, session = 'one' } = given
  const { listens = port => [loopback(port)], unready = 0, hanging = 0 } = given
  const life = aLife(session === null ? `port-pair.${index + 1}` : `plain.${index + 1}`)
  life.isLaunched().after(startMs * spread())
  says(life, index)
  if (index < unready) return life.isLate('announcement').isKilled().leaves()
  const answer = body === undefined ? {} : { body: JSON.stringify(body(index)) }
  const serving = life
    .announces(FIRST_PORT + index)
    .logs(`listening on ${FIRST_PORT + index}`)
    .isReady(answer)
    .isSeen({ listeners: listens(FIRST_PORT + index) })
    .isMeasured('ready', { residentBytes: Math.round(residentMib * 256 * spread()) * 4096 })
  if (index < hanging) return serving.isSent('SIGTERM').isLate('exit').isKilled().leaves()
  return serving.stopsOn('SIGTERM', { afterMs: stopMs * spread() })
}

function spread(): number {
  return 1 + (random(1000) / 1000) * 0.03
}

/** A sound one, and one that differs from it. */
export function compareWith(given: Given, old: Given = {}): Comparison {
  return compare(aSide(old), aSide(given))
}

/** What is told of each difference. */
export function told({ differences }: Comparison): readonly (readonly [string, string])[] {
  return differences.map(({ kind, sentence }) => [kind, sentence] as const)
}
