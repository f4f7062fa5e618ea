import type { ContractProblem } from '../errors.ts'
import type { ContractInput } from '../input.ts'

/** A contract as it was written. It is not validated yet: any key may hold anything. */
export type Written = Readonly<Record<string, unknown>>

/** What stands under what was written, for each sidecar that is meant; or why that cannot be said. */
export type PresetReading =
  | {
      readonly defaults: readonly ContractInput[]
      /** Of each, what is worth a word and no problem; left out for nothing. */
      readonly notes?: readonly (readonly string[])[]
    }
  | { readonly problems: readonly ContractProblem[] }

/** Reads what an app's own files say, from the contract's directory; most presets need none. */
export type Preset = (written: Written, directory: string) => PresetReading

export function problem(at: string, message: string): PresetReading {
  return { problems: [{ at, message }] }
}
