import type { Taken } from './turns.ts'
import type { Workshop } from './workshop.ts'

/** One thing that is measured. */
export interface Topic {
  /** What `--only` calls it. */
  readonly name: string
  readonly what: string
  /** Of what takes long, more rounds than these would say little more. */
  readonly mostRounds?: number
  measure(setting: Setting): Promise<readonly Comparison[]>
}

export interface Setting {
  readonly rounds: number
  readonly workshop: Workshop
}

/** Sides that were measured in turns, in the same rounds: their ratios hold, however busy the machine was. */
export interface Comparison {
  /** What was measured, and of what: `launch to ready, native`. Unique in a run. */
  readonly what: string
  readonly unit: Unit
  /** The side that the others are told against; null where none is a measure for the others. */
  readonly base: string | null
  readonly sides: readonly Side[]
}

export type Unit = 'ms' | 'µs' | 'MiB' | 'KiB' | 'GB/s' | 'bytes'

export interface Side {
  readonly name: string
  /** Of the one that was measured, where it is somebody else's. */
  readonly version?: string
  /** One for each round, in their order. None where `missing` says why. */
  readonly samples: readonly number[]
  readonly missing?: string
  /** It was there, and did not do what was to be measured. */
  readonly isBroken?: true
}

/** What is the matter with one that cannot be measured here: a row of the table, and no end of the bench. */
export function absent(name: string, missing: string, version?: string): Side {
  return { name, samples: [], missing, ...(version === undefined ? {} : { version }) }
}

/** One that was there and failed. */
export function broken(name: string, failure: string, version?: string): Side {
  return { ...absent(name, failure, version), isBroken: true }
}

/** The row of one that took its turns, by the name of what was measured. */
export function sideOf<Name extends string>({ name, samples, failure }: Taken<Name>, of: Name): Side {
  return failure === undefined ? { name, samples: samples.map(sample => sample[of]) } : broken(name, failure)
}
