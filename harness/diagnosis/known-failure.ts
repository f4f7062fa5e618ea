import type { Finding } from '../clauses/clause.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Evidence } from '../recording/evidence.ts'
import type { LifeRecording } from '../recording/recording.ts'
import type { Runtime } from './runtime.ts'

/** What a failed clause means: why it probably failed, by what that was seen, and how to mend it. */
export interface Diagnosis {
  readonly id: string
  readonly cause: string
  readonly evidence: readonly string[]
  readonly fix: string
  /** Where others met it, and where the platform says so. */
  readonly sources: readonly string[]
}

/** A failure of the field that can be told from others by what happened: never by the words of a log alone, unless these are the platform's own. */
export interface KnownFailure {
  /** Stable: reports, specs and docs name it. */
  readonly id: string
  /** What is wrong, of whichever sidecar has it: one sentence, which docs/diagnoses.md shows. */
  readonly title: string
  /** It is looked for where one of these failed. */
  readonly clauses: readonly ClauseId[]
  readonly sources: readonly string[]
  /** How to mend it, of whichever sidecar has it. */
  readonly fix: Fix
  /** Null where this is something else. */
  recognise(scene: Scene): Recognition | null
}

/** How a known failure shows itself here. */
export interface Recognition {
  /** One sentence: what is wrong. The title, where it is left out. */
  readonly cause?: string
  /** What was seen that says so, each in a few words. */
  readonly evidence?: readonly string[]
  /** Where what was seen tells more of it than the general one. */
  readonly fix?: Fix
}

/** What to do: in the words of its runtime where that is known, otherwise in general. */
export interface Fix extends Partial<Record<Exclude<Runtime, 'unknown'>, string>> {
  readonly any: string
}

/** What a recogniser looks at: a clause that failed, and all that was recorded. */
export interface Scene {
  readonly clause: ClauseId
  readonly finding: Finding & { readonly outcome: 'fail' }
  /** The life in which it was seen; null for what is in the file. */
  readonly life: LifeRecording | null
  readonly evidence: Evidence
  readonly runtime: Runtime
}
