import type { FileBytes } from './bytes.ts'
import type { ElfSymbols } from './elf-symbols.ts'
import type { ElfHeader, ElfSegment } from './elf-tables.ts'
import { readDefinedVersions, readRequiredVersions, type VersionRequirement } from './elf-versions.ts'

/** What an ELF file tells the loader (System V ABI, chapter 5, "Dynamic Section"). */
export interface ElfDynamic {
  /** Names of libraries, in the order in which they are to be loaded (DT_NEEDED). */
  needed: string[]
  /** The name that a library goes by, whatever its file is called (DT_SONAME). */
  soname: string | null
  /** Directories, separated by colons. */
  rpath: string | null
  runpath: string | null
  /** Libraries are not to be looked for in the system's own directories (DF_1_NODEFLIB). */
  avoidsSystem: boolean
  requires: VersionRequirement[]
  /** Versions of symbols that it has to offer (DT_VERDEF), such as `GLIBC_2.17`; null where it speaks of none. */
  defines: string[] | null
  /** Null where there is no table of symbols with a hash table. */
  symbols: ElfSymbols | null
}

const PT_LOAD = 1
const PT_DYNAMIC = 2

const DT_NULL = 0
const DT_NEEDED = 1
const DT_STRTAB = 5
const DT_SYMTAB = 6
const DT_STRSZ = 10
const DT_SONAME = 14
const DT_RPATH = 15
const DT_RUNPATH = 29
const DT_GNU_HASH = 0x6ffffef5
const DT_FLAGS_1 = 0x6ffffffb
const DT_VERDEF = 0x6ffffffc
const DT_VERDEFNUM = 0x6ffffffd
const DT_VERNEED = 0x6ffffffe
const DT_VERNEEDNUM = 0x6fffffff
const DF_1_NODEFLIB = 0x800

/** Large programs have some fifty; a damaged size must not make a walk of millions. */
const MAX_ENTRIES = 1024
/** Linux takes no longer path (PATH_MAX); lists of directories are shorter too. */
const MAX_TEXT_BYTES = 4096

/** Reads what the loader would read first. Null for a file that has no such section, or none that can be read. */
export async function readDynamic(
  bytes: FileBytes,
  header: ElfHeader,
  segments: readonly ElfSegment[],
): Promise<ElfDynamic | null> {
  const entries = await readEntries(bytes, header, segments)
  const last = (tag: number): number | undefined => entries.findLast(entry => entry.tag === tag)?.value
  const place = (tag: number): number | null => toOffset(segments, last(tag))

  const stringsOffset = place(DT_STRTAB)
  // A part of its own, because it keeps a page of its own: names and what refers to them are read in turns.
  const strings = stringsOffset === null ? null : bytes.part(stringsOffset, last(DT_STRSZ) ?? 0)
  if (strings === null) return null

  const text = async (offset: number | undefined): Promise<string | null> =>
    offset === undefined ? null : strings.text(offset, MAX_TEXT_BYTES)
  const needed: string[] = []
  for (const { tag, value } of entries) {
    const name = tag === DT_NEEDED ? await text(value) : null
    if (name !== null && name !== '' && !needed.includes(name)) needed.push(name)
  }
  const symbols = place(DT_SYMTAB)
  const hash = place(DT_GNU_HASH)
  const definitions = place(DT_VERDEF)
  const table = { bytes, strings, endianness: header.endianness }
  return {
    needed,
    soname: await text(last(DT_SONAME)),
    rpath: await text(last(DT_RPATH)),
    runpath: await text(last(DT_RUNPATH)),
    avoidsSystem: ((last(DT_FLAGS_1) ?? 0) & DF_1_NODEFLIB) !== 0,
    requires: await readRequiredVersions({ ...table, offset: place(DT_VERNEED), count: last(DT_VERNEEDNUM) }),
    defines:
      definitions === null
        ? null
        : await readDefinedVersions({ ...table, offset: definitions, count: last(DT_VERDEFNUM) }),
    symbols:
      symbols === null || hash === null ? null : { ...table, bits: header.bits, offset: symbols, hash },
  }
}

async function readEntries(
  bytes: FileBytes,
  header: ElfHeader,
  segments: readonly ElfSegment[],
): Promise<{ tag: number; value: number }[]> {
  const segment = segments.find(({ type }) => type === PT_DYNAMIC)
  if (segment === undefined) return []
  const wordBytes = header.bits / 8
  const count = Math.min(Math.floor(segment.size / (2 * wordBytes)), MAX_ENTRIES)
  const entries: { tag: number; value: number }[] = []
  for (let index = 0; index < count; index += 1) {
    const at = segment.offset + index * 2 * wordBytes
    const fields = await bytes.fields(at, 2 * wordBytes, header.endianness)
    const tag = fields?.word(0, header.bits) ?? DT_NULL
    if (fields === null || tag === DT_NULL) break
    entries.push({ tag, value: fields.word(wordBytes, header.bits) })
  }
  return entries
}

/** Where in the file the bytes lie that are mapped at an address. */
function toOffset(segments: readonly ElfSegment[], address: number | undefined): number | null {
  if (address === undefined) return null
  const segment = segments.find(
    ({ type, address: start, size }) => type === PT_LOAD && address >= start && address < start + size,
  )
  return segment === undefined ? null : segment.offset + address - segment.address
}
