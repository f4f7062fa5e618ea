import type { Fields, FileBytes } from './bytes.ts'

/** A part of a Windows program. Offset and size in bytes of the file, the address relative to where it is mapped. */
export interface PeSection {
  name: string
  address: number
  offset: number
  size: number
}

/** What the optional header and the section table of a Windows program say. */
export interface PeTables {
  bytes: FileBytes
  /** 64-bit programs have pointers of that width in their tables (PE32+). */
  bits: 32 | 64
  subsystem: number
  sections: PeSection[]
  /** By their number: where the loader, or Windows, looks for what. The address of a certificate is a file's offset. */
  directories: { address: number; size: number }[]
}

export const DIRECTORY = { exports: 0, imports: 1, resources: 2, certificate: 4 } as const

const SECTION_BYTES = 40
const SECTION_NAME_BYTES = 8
const DIRECTORY_BYTES = 8
const MOST_DIRECTORIES = 16
/** Windows loads no more of them. */
const MAX_SECTIONS = 96

const PE32_PLUS = 0x20b
const SUBSYSTEM_AT = 68
const DIRECTORIES_AT = { 32: 96, 64: 112 }

/** Reads the optional header at `offset`, of `size` bytes, and the `count` sections behind it, as far as they are there. */
export async function readPeTables(
  bytes: FileBytes,
  { offset, size, count }: { offset: number; size: number; count: number },
): Promise<PeTables> {
  const optional = await bytes.fields(offset, size, 'little')
  const bits = size >= 2 && optional?.u16(0) === PE32_PLUS ? 64 : 32
  return {
    bytes,
    bits,
    subsystem: optional === null || size < SUBSYSTEM_AT + 2 ? 0 : optional.u16(SUBSYSTEM_AT),
    sections: await readSections(bytes, offset + size, count),
    directories: optional === null ? [] : readDirectories(optional, size, DIRECTORIES_AT[bits]),
  }
}

function readDirectories(optional: Fields, size: number, at: number): PeTables['directories'] {
  const told = size < at ? 0 : optional.u32(at - 4)
  const count = Math.max(0, Math.min(told, MOST_DIRECTORIES, Math.floor((size - at) / DIRECTORY_BYTES)))
  return Array.from({ length: count }, (_, index) => ({
    address: optional.u32(at + index * DIRECTORY_BYTES),
    size: optional.u32(at + index * DIRECTORY_BYTES + 4),
  }))
}

async function readSections(bytes: FileBytes, offset: number, count: number): Promise<PeSection[]> {
  const sections: PeSection[] = []
  for (let index = 0; index < Math.min(count, MAX_SECTIONS); index += 1) {
    const at = offset + index * SECTION_BYTES
    const fields = await bytes.fields(at, SECTION_BYTES, 'little')
    if (fields === null) break
    const name = (await bytes.text(at, SECTION_NAME_BYTES)) ?? ''
    sections.push({ name, address: fields.u32(12), size: fields.u32(16), offset: fields.u32(20) })
  }
  return sections
}

/** Where in the file the bytes lie that are mapped at an address; null where there are none. */
export function toOffset({ sections }: PeTables, address: number): number | null {
  const section = sections.find(each => address >= each.address && address < each.address + each.size)
  return section === undefined ? null : section.offset + address - section.address
}

/** The text that an address leads to. */
export async function textAt(tables: PeTables, address: number, most: number): Promise<string | null> {
  const offset = toOffset(tables, address)
  return offset === null ? null : tables.bytes.text(offset, most)
}
