import { type FileHandle, open, stat } from 'node:fs/promises'
import { unlessAbsent } from './absent.ts'
import { FileBytes } from './bytes.ts'
import { type ElfDynamic, readDynamic } from './elf-dynamic.ts'
import { type ElfHeader, readElfHeader, readSegments } from './elf-tables.ts'

/**
 * What a library tells the loader of a program with that header. Null when there is no such file, or when it is no library
 * for the same processor: loaders pass over those.
 */
export async function readLibrary(path: string, like: ElfHeader): Promise<ElfDynamic | null> {
  const stats = await unlessAbsent(stat(path))
  // Not opened to see: the name comes from a file, and a named pipe would never open.
  if (!stats?.isFile()) return null
  const handle = await unlessAbsent(open(path))
  if (handle === null) return null
  try {
    return await readDynamicLike(handle, stats.size, like)
  } finally {
    await handle.close()
  }
}

async function readDynamicLike(
  handle: FileHandle,
  size: number,
  like: ElfHeader,
): Promise<ElfDynamic | null> {
  const bytes = new FileBytes(handle, size)
  if ((await bytes.head(4)).toString('latin1') !== '\x7fELF') return null
  const header = await readElfHeader(bytes)
  if ('kind' in header) return null
  const isAlike =
    header.bits === like.bits && header.machine === like.machine && header.endianness === like.endianness
  return isAlike ? readDynamic(bytes, header, await readSegments(bytes, header)) : null
}
