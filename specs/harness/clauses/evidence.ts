import { type ArtifactDescription, NO_CONTENT } from '../../../harness/artifact/description.ts'
import type { Finding } from '../../../harness/clauses/clause.ts'
import { judge } from '../../../harness/clauses/judge.ts'
import { CLAUSE_IDS, type ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Contract } from '../../../harness/contract/contract.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { planGate, plannedScenarios } from '../../../harness/gate/plan.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { BASELINE, type Conditions } from '../../../harness/recording/recording.ts'
import { aLife, type Script } from './recordings.ts'
import { soundFleetLives } from './sound/fleet.ts'
import { soundHealthLives } from './sound/health.ts'
import { soundLogsLives } from './sound/logs.ts'
import { soundNetLives } from './sound/net.ts'
import { soundPortLives } from './sound/port.ts'
import { soundResourcesLives } from './sound/resources.ts'
import { signalOf } from './sound/signal.ts'
import type { ReadyLife, SoundLives } from './sound/sound-lives.ts'
import { soundStartLives } from './sound/start.ts'
import { soundStopLives } from './sound/stop.ts'

export const CALLER: Conditions = { ...BASELINE, environment: 'caller' }

/** A program for the machine below, as a package would hold it. */
export const ARTIFACT: ArtifactDescription = {
  ...NO_CONTENT,
  format: 'elf',
  os: 'linux',
  archs: ['x64'],
  machine: 'e_machine 62 (x86-64)',
  bits: 64,
  endianness: 'little',
  libc: 'gnu',
  interpreter: { path: '/lib64/ld-linux-x86-64.so.2', argument: null, exists: true },
  libraries: {
    needed: [{ name: 'libc.so.6', by: null, path: '/lib/libc.so.6' }],
    versions: [{ by: null, library: 'libc.so.6', names: ['GLIBC_2.28'], lacking: [] }],
    newestGlibc: 'GLIBC_2.36',
    searched: true,
  },
  triple: 'x86_64-unknown-linux-gnu',
  path: '/app/backend-x86_64-unknown-linux-gnu',
  name: 'backend-x86_64-unknown-linux-gnu',
  bytes: 50 * 1024 * 1024,
  mode: 0o755,
  regularFile: true,
  sha256: 'ab'.repeat(32),
  nameTriple: 'x86_64-unknown-linux-gnu',
}

/** Names what nobody has to name, so that every clause has something to judge. */
export const NAMES_ALL: ContractInput = {
  health: { app: 'backend' },
  net: { origins: ['tauri://localhost'] },
  stop: { slowPath: '/slow', requests: [{ http: 'POST /shutdown' }] },
}

export interface Case {
  readonly contract?: ContractInput
  readonly artifact?: Partial<ArtifactDescription>
  readonly host?: Partial<Evidence['host']>
  readonly clauses?: readonly ClauseId[]
  readonly conditions?: Conditions
  /** Lives that take the place of those of a sound sidecar, by their ids. */
  readonly lives?: readonly Script[]
  /** What is recorded and nothing else, where a gate would have stopped there. */
  readonly only?: readonly Script[]
  /** Scenarios of which there is no life, each with the clause that kept it from being performed, if one did. */
  readonly without?: Readonly<Record<string, ClauseId | null>>
}

/** The evidence of a gate on a sound sidecar, but for what the case says. */
export function evidenceOf(given: Case = {}): Evidence {
  const { lives = [], without = {}, conditions = BASELINE } = given
  const contract = contractOf(given.contract)
  const scenarios = plannedScenarios(planGate(contract, given.clauses ?? CLAUSE_IDS))
  const replaced = new Map(lives.map(life => [life.id, life]))
  const scripts =
    given.only ??
    soundLives(
      contract,
      scenarios.map(({ id }) => id),
      conditions,
    ).map(life => replaced.get(life.id) ?? life)
  const extra =
    given.only === undefined ? lives.filter(({ id }) => !scripts.some(life => life.id === id)) : []
  return {
    contract,
    artifact: { ...ARTIFACT, ...given.artifact },
    host: { kind: 'linux', os: 'linux', arch: 'x64', node: 'v24.0.0', cpus: 4, ...given.host },
    plan: {
      clauses: given.clauses ?? CLAUSE_IDS,
      scenarios: scenarios.map(({ id, readiness, ordinary }) => {
        const blockedBy = without[id] ?? null
        return { id, readiness, ordinary, ...(blockedBy === null ? {} : { blockedBy }) }
      }),
      conditions,
    },
    lives: [...extra, ...scripts]
      .filter(({ scenario }) => !(scenario in without))
      .map(life => life.toRecording()),
  }
}

export function contractOf(input: ContractInput = {}): Contract {
  return resolveContract(input, { file: null, directory: '/app' }).contract
}

/** What is found about one clause. */
export function findingOf(id: ClauseId, evidence: Evidence): Finding | undefined {
  return judge(evidence).find(judgement => judgement.id === id)?.finding
}

/** The ids of all clauses with a given outcome, in the catalogue's order. */
export function idsWith(outcome: Finding['outcome'], evidence: Evidence): ClauseId[] {
  return judge(evidence)
    .filter(({ finding }) => finding.outcome === outcome)
    .map(({ id }) => id)
}

/** One for each group of clauses whose scenarios are not plain stops. The first that knows the scenario tells its lives. */
const SOUND: readonly SoundLives[] = [
  soundPortLives,
  soundNetLives,
  soundStartLives,
  soundStopLives,
  soundFleetLives,
  soundHealthLives,
  soundLogsLives,
  soundResourcesLives,
]

/** The lives of a sidecar that keeps its contract, in every scenario that a gate would perform. */
export function soundLives(
  contract: Contract,
  scenarios: readonly string[],
  conditions: Conditions = BASELINE,
): Script[] {
  let port = 41_000
  const begin: ReadyLife = (id, launch) => aLife(id, { conditions, ...launch }).logs('starting')
  const ready: ReadyLife = (id, launch) => begin(id, launch).announces(port++).isReady()
  return scenarios.flatMap(id => {
    for (const tell of SOUND) {
      const lives = tell(id, contract, ready, begin)
      if (lives !== null) return lives
    }
    return [ready(id).isSeen().stopsOn(signalOf(id))]
  })
}
