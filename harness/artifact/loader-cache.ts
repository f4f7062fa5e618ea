import { readFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import { unlessAbsent } from './absent.ts'

const PATH = '/etc/ld.so.cache'

/** How ldconfig begins the file; before glibc 2.32 an older table stood before it (sysdeps/generic/dl-cache.h). */
const MAGIC = Buffer.from('glibc-ld.so.cache1.1')
const COUNT_AT = 20
const HEADER_BYTES = 48
const ENTRY_BYTES = 24

/**
 * The libraries that ldconfig has found, by name: where the loader looks after a file's own directories. Several paths
 * where there are builds for several processors. Empty where there is no such file (Alpine, NixOS, small containers).
 */
export async function readLoaderCache(path: string = PATH): Promise<Map<string, string[]>> {
  const file = (await unlessAbsent(readFile(path))) ?? Buffer.alloc(0)
  const start = file.indexOf(MAGIC)
  const libraries = new Map<string, string[]>()
  if (start === -1) return libraries
  const table = file.subarray(start)
  const u32 = (at: number): number =>
    endianness() === 'LE' ? table.readUInt32LE(at) : table.readUInt32BE(at)
  const text = (at: number): string => table.toString('utf8', at, table.indexOf(0, at))
  const end = table.length < HEADER_BYTES ? 0 : HEADER_BYTES + u32(COUNT_AT) * ENTRY_BYTES
  for (let at = HEADER_BYTES; at < Math.min(end, table.length - ENTRY_BYTES); at += ENTRY_BYTES) {
    const name = text(u32(at + 4))
    libraries.set(name, [...(libraries.get(name) ?? []), text(u32(at + 8))])
  }
  return libraries
}
