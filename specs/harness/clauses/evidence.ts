import { type ArtifactDescription, NO_CONTENT } from '../../../harness/artifact/description.ts'
import type { Finding } from '../../../harness/clauses/clause.ts'
import { judge } from '../../../harness/clauses/judge.ts'
import { CLAUSE_IDS, type ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Contract, StopSignal } from '../../../harness/contract/contract.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import type { ContractInput } from '../../../harness/contract/schema.ts'
import { planGate, plannedScenarios } from '../../../harness/gate/plan.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { BASELINE, type Conditions } from '../../../harness/recording/recording.ts'
import { aLife, type Script } from './recordings.ts'

export const CALLER: Conditions = { environment: 'caller' }

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
  triple: 'x86_64-unknown-linux-gnu',
  path: '/app/backend-x86_64-unknown-linux-gnu',
  name: 'backend-x86_64-unknown-linux-gnu',
  bytes: 50 * 1024 * 1024,
  mode: 0o755,
  regularFile: true,
  sha256: 'ab'.repeat(32),
  nameTriple: 'x86_64-unknown-linux-gnu',
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
      scenarios: scenarios.map(({ id, readiness }) => {
        const blockedBy = without[id] ?? null
        return { id, readiness, ...(blockedBy === null ? {} : { blockedBy }) }
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

/** The lives of a sidecar that keeps its contract, in every scenario that a gate would perform. */
export function soundLives(
  contract: Contract,
  scenarios: readonly string[],
  conditions: Conditions = BASELINE,
): Script[] {
  let port = 41_000
  const ready = (id: string) => aLife(id, { conditions }).logs('starting').announces(port++).isReady()
  return scenarios.flatMap(id => {
    const signal = signalOf(id)
    if (id === 'port-pair') {
      return [1, 2].map((instance, index) =>
        ready(`${id}.${instance}`).stopsOn(contract.stop.signals[index] ?? signal),
      )
    }
    if (id.startsWith('silent-connections')) return [ready(id).isHeldOpen().isAsked('check').stopsOn(signal)]
    if (!id.startsWith('fleet')) return [ready(id).isSeen().stopsOn(signal)]
    return Array.from({ length: contract.fleet.instances }, (_, index) => {
      const life = ready(`${id}.${index + 1}`)
      return (index === 0 ? life : life.after(20).isAsked('check')).stopsOn(signal)
    })
  })
}

function signalOf(scenario: string): StopSignal {
  return scenario.endsWith('sigint') ? 'SIGINT' : 'SIGTERM'
}
