import type { ContractProblem } from '../errors.ts'
import { electron } from './electron.ts'
import { goPlugin } from './go-plugin.ts'
import { plain } from './plain.ts'
import type { Preset } from './preset.ts'
import { tauri } from './tauri.ts'
import { isRecord, putUnder } from './under.ts'

const PRESETS: Readonly<Record<string, Preset>> = { plain, tauri, electron, 'go-plugin': goPlugin }

/** What a contract stands for, its preset applied: as many contracts as its app has sidecars. */
export interface Applied {
  readonly inputs: readonly unknown[]
  /** Of each of them, what its preset has found worth a word. */
  readonly notes: readonly (readonly string[])[]
  readonly problems: readonly ContractProblem[]
}

/** One that names no preset that is known stays as it was written, and is refused for that later. */
export function applyPreset(input: unknown, directory: string): Applied {
  const preset = isRecord(input) && typeof input.preset === 'string' ? input.preset : ''
  if (!isRecord(input) || !Object.hasOwn(PRESETS, preset))
    return { inputs: [input], notes: [[]], problems: [] }
  const reading = PRESETS[preset]?.(input, directory) ?? { defaults: [] }
  if ('problems' in reading) return { inputs: [], notes: [], problems: reading.problems }
  const inputs = reading.defaults.map(defaults => putUnder(defaults, input))
  return { inputs, notes: inputs.map((_, index) => reading.notes?.[index] ?? []), problems: [] }
}
