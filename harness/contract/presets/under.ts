import type { ContractInput } from '../input.ts'
import type { Written } from './preset.ts'

/** Keys whose own keys are taken one by one. Any other is one thing, and what was written stands for the whole of it. */
const BY_KEY = new Set([
  'env',
  'health',
  'net',
  'stop',
  'accept',
  'windows',
  'macos',
  'linux',
  'logs',
  'fleet',
  'resources',
  'budgets',
  'levels',
  'waive',
])

/** What was written, with a preset's defaults under it. */
export function putUnder(defaults: ContractInput, written: Written): Written {
  const merged = merge(defaults as Written, written)
  return { ...merged, port: mergePort(defaults.port, written.port) }
}

function merge(defaults: Written, written: Written): Written {
  const merged: Record<string, unknown> = { ...defaults }
  for (const [key, value] of Object.entries(written)) {
    const under = defaults[key]
    // A key that is there and undefined, as a spread of options makes it, was left out all the same.
    if (value === undefined) continue
    merged[key] = BY_KEY.has(key) && isRecord(under) && isRecord(value) ? merge(under, value) : value
  }
  return merged
}

/** How it is asked is one thing; what it is told when no certain port is wanted is another. */
function mergePort(under: ContractInput['port'], written: unknown): unknown {
  if (written === undefined) return under
  if (!isRecord(written)) return written
  const unasked = isRecord(under) ? under.unasked : undefined
  return unasked === undefined ? written : { unasked, ...written }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
