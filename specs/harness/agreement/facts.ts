import type { FileDocument } from '../../../harness/report/inspection-document.ts'

/** What several readers tell of a file, each in the same words; a reader leaves out what it does not tell. */
export interface Facts {
  readonly format?: string
  readonly archs?: string
  readonly bits?: string
  readonly endianness?: string
  readonly linkage?: string
  readonly interpreter?: string
  /** Sorted, and of Windows in small letters. */
  readonly needed?: string
  readonly leastGlibc?: string
  readonly stripped?: string
  readonly leastMacos?: string
  readonly subsystem?: string
  readonly signed?: string
}

export type FactName = keyof Facts

export const FACT_NAMES: readonly FactName[] = [
  ...(['format', 'archs', 'bits', 'endianness', 'linkage', 'interpreter', 'needed', 'leastGlibc'] as const),
  ...(['stripped', 'leastMacos', 'subsystem', 'signed'] as const),
]

/** What `inspect --json` tells. */
export function factsOf(file: FileDocument): Facts {
  const { format, archs, bits, endianness, linkage, interpreter, libraries, leastGlibc, stripped } = file
  const { leastMacos, subsystem, signature, os } = file
  const direct = libraries?.needed.filter(({ by }) => by === null).map(({ name }) => name)
  return {
    format: format === 'empty' ? 'unknown' : format,
    ...(archs.length === 0 ? {} : { archs: archs.join() }),
    ...(bits === null ? {} : { bits: String(bits) }),
    ...(endianness === null ? {} : { endianness }),
    ...(linkage === null ? {} : { linkage }),
    ...(interpreter === null || format !== 'elf' ? {} : { interpreter: interpreter.path }),
    ...(direct === undefined ? {} : { needed: listOf(direct, os === 'windows') }),
    ...(libraries === null || format !== 'elf' ? {} : { leastGlibc: leastGlibc ?? 'none' }),
    ...(stripped === null ? {} : { stripped: String(stripped) }),
    ...(leastMacos === null ? {} : { leastMacos }),
    ...(subsystem === null ? {} : { subsystem }),
    ...(signature === null ? {} : { signed: String(signature.kind !== 'none') }),
  }
}

/** Each name once, in an order that is nobody's. */
export function listOf(names: readonly string[], isCaseless = false): string {
  const alike = isCaseless ? names.map(name => name.toLowerCase()) : names
  return [...new Set(alike)].sort().join(' ')
}
