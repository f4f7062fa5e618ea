import type { Fields, FileBytes } from './bytes.ts'
import { damagedHeader, findTruncation } from './defects.ts'
import type { ArtifactDefect } from './description.ts'

/** The header at the start of an ELF file (System V ABI, chapter 4, "ELF Header"). */
export interface ElfHeader {
  bits: 32 | 64
  endianness: 'little' | 'big'
  osAbi: number
  /** e_type */
  type: number
  /** e_machine */
  machine: number
  flags: number
  entryPoint: number
  segments: TablePlace
  sections: TablePlace & { namesIndex: number }
}

/** Where a table lies: offset and size of an entry in bytes. */
interface TablePlace {
  offset: number
  count: number
  entryBytes: number
}

/** What the kernel maps or reads. Offsets and sizes in bytes of the file. */
export interface ElfSegment {
  type: number
  offset: number
  /** Where it is mapped: what a program's own tables point to are addresses. */
  address: number
  size: number
  alignment: number
}

export interface ElfSection {
  /** Empty where it could not be read. */
  name: string
  type: number
  address: number
  offset: number
  size: number
}

/** Fields change place and width with the class; these are the offsets that are read. */
const LAYOUTS = {
  32: {
    header: { bytes: 52, entryPoint: 24, segments: 28, sections: 32, flags: 36, counts: 42 },
    segment: { bytes: 32, offset: 4, address: 8, size: 16, alignment: 28 },
    section: { bytes: 40, address: 12, offset: 16, size: 20 },
  },
  64: {
    header: { bytes: 64, entryPoint: 24, segments: 32, sections: 40, flags: 48, counts: 54 },
    segment: { bytes: 56, offset: 8, address: 16, size: 32, alignment: 48 },
    section: { bytes: 64, address: 16, offset: 24, size: 32 },
  },
} as const

const IDENT_BYTES = 16

/** Real programs have some forty; a damaged count must not make a walk of thousands. */
const MAX_NAMED_SECTIONS = 256
/** Long enough for `.data.rel.ro.gopclntab`. */
const MAX_SECTION_NAME_BYTES = 32

/** Reads the header, or says what is wrong with it. */
export async function readElfHeader(bytes: FileBytes): Promise<ElfHeader | ArtifactDefect> {
  const ident = await bytes.read(0, IDENT_BYTES)
  if (ident === null) return cutShort(bytes, IDENT_BYTES)
  const bits = ident[4] === 1 ? 32 : ident[4] === 2 ? 64 : null
  if (bits === null) return damagedHeader(`its class is ${ident[4]}, which is neither 32-bit nor 64-bit`)
  const endianness = ident[5] === 1 ? 'little' : ident[5] === 2 ? 'big' : null
  if (endianness === null) return damagedHeader(`its byte order is ${ident[5]}, which is unknown`)

  const layout = LAYOUTS[bits].header
  const fields = await bytes.fields(0, layout.bytes, endianness)
  if (fields === null) return cutShort(bytes, layout.bytes)
  const short = (index: number): number => fields.u16(layout.counts + 2 * index)
  return {
    bits,
    endianness,
    osAbi: ident[7] ?? 0,
    type: fields.u16(16),
    machine: fields.u16(18),
    flags: fields.u32(layout.flags),
    entryPoint: fields.word(layout.entryPoint, bits),
    segments: { offset: fields.word(layout.segments, bits), entryBytes: short(0), count: short(1) },
    sections: {
      offset: fields.word(layout.sections, bits),
      entryBytes: short(2),
      count: short(3),
      namesIndex: short(4),
    },
  }
}

/** The defect that makes a kernel answer ENOEXEC whatever the segments hold (Linux: load_elf_phdrs), or null. */
export function findTableDefect(header: ElfHeader): ArtifactDefect | null {
  const { count, entryBytes } = header.segments
  if (count === 0) return damagedHeader('it has no program segments')
  if (entryBytes !== LAYOUTS[header.bits].segment.bytes)
    return damagedHeader(`its program segments are said to take ${entryBytes} bytes each`)
  return null
}

/** The segments whose entries lie in the file. */
export async function readSegments(bytes: FileBytes, header: ElfHeader): Promise<ElfSegment[]> {
  const layout = LAYOUTS[header.bits].segment
  const segments: ElfSegment[] = []
  for (const fields of await readTable(bytes, header, header.segments, layout.bytes)) {
    segments.push({
      type: fields.u32(0),
      offset: fields.word(layout.offset, header.bits),
      address: fields.word(layout.address, header.bits),
      size: fields.word(layout.size, header.bits),
      alignment: fields.word(layout.alignment, header.bits),
    })
  }
  return segments
}

/** The sections whose entries lie in the file. */
export async function readSections(bytes: FileBytes, header: ElfHeader): Promise<ElfSection[]> {
  const layout = LAYOUTS[header.bits].section
  const entries = await readTable(bytes, header, header.sections, layout.bytes)
  const place = (fields: Fields): { offset: number; size: number } => ({
    offset: fields.word(layout.offset, header.bits),
    size: fields.word(layout.size, header.bits),
  })
  const namesEntry = entries[header.sections.namesIndex]
  const names = namesEntry === undefined ? null : place(namesEntry)
  const sections: ElfSection[] = []
  for (const fields of entries) {
    const isNamed = names !== null && sections.length < MAX_NAMED_SECTIONS
    const name = isNamed ? await bytes.text(names.offset + fields.u32(0), MAX_SECTION_NAME_BYTES) : null
    sections.push({
      name: name ?? '',
      type: fields.u32(4),
      address: fields.word(layout.address, header.bits),
      ...place(fields),
    })
  }
  return sections
}

async function readTable(
  bytes: FileBytes,
  header: ElfHeader,
  table: TablePlace,
  entryBytes: number,
): Promise<Fields[]> {
  const entries: Fields[] = []
  if (table.entryBytes !== entryBytes) return entries
  for (let index = 0; index < table.count; index += 1) {
    const fields = await bytes.fields(table.offset + index * entryBytes, entryBytes, header.endianness)
    if (fields === null) break
    entries.push(fields)
  }
  return entries
}

function cutShort(bytes: FileBytes, headerBytes: number): ArtifactDefect {
  return findTruncation(bytes.size, headerBytes) ?? damagedHeader('it could not be read')
}
