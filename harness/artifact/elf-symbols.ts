import type { FileBytes } from './bytes.ts'

/** The symbols that a file offers to others, and the hash table to look one up by. */
export interface ElfSymbols {
  bytes: FileBytes
  strings: FileBytes
  bits: 32 | 64
  endianness: 'little' | 'big'
  /** In bytes of the file. */
  offset: number
  /** Of the DT_GNU_HASH table, likewise. */
  hash: number
}

const HASH_HEADER_BYTES = 16
const SYMBOL_BYTES = { 32: 16, 64: 24 }

/** A bucket has a handful of symbols; a damaged one must not make a walk of millions. */
const MAX_CHAIN = 256
/** Longer than any name that is looked for. */
const MAX_NAME_BYTES = 64

/** Whether a symbol of that name is defined: a few reads, as the loader does it, among however many there are. */
export async function definesSymbol(symbols: ElfSymbols, name: string): Promise<boolean> {
  const { bytes, strings, bits, endianness, offset, hash } = symbols
  const header = await bytes.fields(hash, HASH_HEADER_BYTES, endianness)
  const bucketCount = header?.u32(0) ?? 0
  if (header === null || bucketCount === 0) return false
  const firstHashed = header.u32(4)
  const buckets = hash + HASH_HEADER_BYTES + header.u32(8) * (bits / 8)
  const chains = buckets + bucketCount * 4

  const wanted = hashName(name)
  let index = (await bytes.fields(buckets + (wanted % bucketCount) * 4, 4, endianness))?.u32(0) ?? 0
  if (index < firstHashed) return false
  for (let left = MAX_CHAIN; left > 0; left -= 1, index += 1) {
    const link = (await bytes.fields(chains + (index - firstHashed) * 4, 4, endianness))?.u32(0)
    if (link === undefined) return false
    // The lowest bit ends a chain; the rest is the hash's.
    if (link >>> 1 === wanted >>> 1) {
      const symbol = await bytes.fields(offset + index * SYMBOL_BYTES[bits], 4, endianness)
      if (symbol !== null && (await strings.text(symbol.u32(0), MAX_NAME_BYTES)) === name) return true
    }
    if ((link & 1) === 1) return false
  }
  return false
}

/** Bernstein's hash, as the GNU linker uses it. */
function hashName(name: string): number {
  let hash = 5381
  for (const byte of Buffer.from(name)) hash = (Math.imul(hash, 33) + byte) >>> 0
  return hash
}
