import type { ArtifactDescription } from '../artifact/description.ts'
import type { TargetFile } from '../artifact/target-file.ts'
import type { BundleDescription } from '../bundle/description.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import type { HostKind } from '../host/host.ts'
import type { Conditions, LifeRecording } from './recording.ts'

/** All that was recorded in one gate: with it alone everything can be judged again. */
export interface Evidence {
  readonly contract: Contract
  readonly artifact: ArtifactDescription
  /** The files that the contract wants for its targets; left out where it names none. */
  readonly targets?: readonly TargetFile[]
  /** What was found of it in an unpacked bundle; left out where nobody looked into one. */
  readonly bundle?: BundleDescription
  readonly host: HostDescription
  readonly plan: EvidencePlan
  readonly lives: readonly LifeRecording[]
}

export interface EvidencePlan {
  readonly clauses: readonly ClauseId[]
  /** The first is the baseline. */
  readonly scenarios: readonly PlannedScenario[]
  /** Under what all lives but the baseline were launched. */
  readonly conditions: Conditions
  /**
   * The target triple that it is judged for, where that is another machine than the one at which it is looked: then its file
   * alone tells of it, and nothing is launched.
   */
  readonly target?: string
  /** In which lives of the scenario `plain` took turns with those of another binary, to be compared with them. */
  readonly session?: string
}

export interface PlannedScenario {
  readonly id: string
  /** The clause that a life of it breaks when it never becomes ready; null where it need not. */
  readonly readiness: ClauseId | null
  /** Its lives are launched, and treated, as by an app: what is promised of every life is judged by them too. */
  readonly ordinary: boolean
  /** Why it was not performed: this clause did not hold, and it could have shown nothing more. */
  readonly blockedBy?: ClauseId
  /** Why it could not be performed on this machine. */
  readonly impossible?: string
}

export interface HostDescription {
  /** By what it was looked at: what `ps` and `lsof` cannot show has not been seen. */
  readonly kind: HostKind
  readonly os: string
  readonly arch: string
  readonly node: string
  readonly cpus: number
}
