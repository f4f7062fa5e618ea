import type { ArtifactHost } from '../artifact/launchable.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Evidence } from '../recording/evidence.ts'
import type { LifeRecording } from '../recording/recording.ts'

/**
 * A clause as a judge: a pure function from recordings to a finding. No clock, no process, no network, so a
 * verdict can be reached again on another machine, from the recordings alone.
 */
export interface Clause {
  readonly id: ClauseId
  /**
   * The scenarios whose lives it is judged by: it can be judged when one of them was recorded. BASELINE_LIFE
   * stands for the first life, whatever its scenario. Empty for what can be read from the file.
   */
  readonly scenarios: readonly string[]
  /** Clauses that have to hold before it can be judged: their lives are recorded too, whether they were asked for or not. */
  readonly needs?: readonly ClauseId[]
  /** What it is judged by is requests: it is skipped where the contract promises no answer by HTTP. */
  readonly asks?: 'http'
  /** Why a contract may call for none of its scenarios: it is skipped for this reason then. */
  readonly unplanned?: string
  judge(input: JudgeInput): Finding
}

/** The life that shows whether the sidecar comes up at all. */
export const BASELINE_LIFE = 'baseline'

export interface JudgeInput extends Evidence {
  /** The machine that the file is judged for: another than the host where a target was asked for. */
  readonly machine: ArtifactHost
  /** The lives of ordinary scenarios, ready or not, under the adopted conditions. */
  readonly ordinaryLives: readonly LifeRecording[]
  /** Those of them that became ready: what most clauses are judged by. */
  readonly readyLives: readonly LifeRecording[]
  /** Lives of the given scenario, ordinary or not, ready or not, under the adopted conditions. */
  livesOf(scenario: string): readonly LifeRecording[]
  /** Whether another clause holds: it is judged first then, and must not ask for this one in its turn. */
  holds(id: ClauseId): boolean
}

export type Finding =
  | { readonly outcome: 'pass'; readonly observed: string }
  | {
      readonly outcome: 'fail'
      readonly expected: string
      readonly observed: string
      /** The life in which it was seen, and when; null for what is in the file. */
      readonly seen: Sighting | null
      /** The file of another target, where it is that one, and the machine that it is for. */
      readonly of?: Pick<Evidence, 'artifact' | 'host'>
    }
  | { readonly outcome: 'skipped'; readonly reason: string }
  /** It could not be judged, because this other clause did not hold. */
  | { readonly outcome: 'blocked'; readonly by: ClauseId }

export interface Sighting {
  readonly life: string
  readonly sinceLaunchMs: number
}

export const pass = (observed: string): Finding => ({ outcome: 'pass', observed })
export const skipped = (reason: string): Finding => ({ outcome: 'skipped', reason })
export const blocked = (by: ClauseId): Finding => ({ outcome: 'blocked', by })

/** A failure, with the moment at which it was seen. */
export function fail(
  expected: string,
  observed: string,
  at: { life: LifeRecording; atMs: number } | null,
): Finding {
  const seen =
    at === null ? null : { life: at.life.id, sinceLaunchMs: at.atMs - (at.life.events[0]?.atMs ?? at.atMs) }
  return { outcome: 'fail', expected, observed, seen }
}
