import type { FileBytes } from './bytes.ts'

/** Versions of symbols that a file asks of one library (DT_VERNEED): without them the loader refuses it. */
export interface VersionRequirement {
  /** The library's name, as among those that are needed. */
  library: string
  names: string[]
}

/** One of the two chains of records that hold versions; their names are in a table of strings. */
export interface VersionTable {
  bytes: FileBytes
  strings: FileBytes
  endianness: 'little' | 'big'
  /** In bytes of the file; null where there is no such chain. */
  offset: number | null
  count: number | undefined
}

const RECORD_BYTES = { required: 16, requiredName: 16, defined: 20, definedName: 8 }

/** The entry that names the library itself (VER_FLG_BASE). */
const IS_BASE = 0x1
/** The loader goes on without this version (VER_FLG_WEAK). */
const IS_WEAK = 0x2

/** libc defines some sixty, and is asked for twenty; damaged chains must not make a walk without end. */
const MAX_RECORDS = 256
const MAX_NAMES = 64
const MAX_NAME_BYTES = 256

/** What a file requires of the libraries that it needs. */
export async function readRequiredVersions(table: VersionTable): Promise<VersionRequirement[]> {
  const requirements: VersionRequirement[] = []
  let offset = table.offset
  for (let left = Math.min(table.count ?? 0, MAX_RECORDS); offset !== null && left > 0; left -= 1) {
    const record = await table.bytes.fields(offset, RECORD_BYTES.required, table.endianness)
    if (record === null) break
    const library = await readName(table, record.u32(4))
    const names = await readRequiredNames(table, offset + record.u32(8), record.u16(2))
    if (library !== null && names.length > 0) requirements.push({ library, names })
    offset = record.u32(12) === 0 ? null : offset + record.u32(12)
  }
  return requirements
}

async function readRequiredNames(table: VersionTable, start: number, count: number): Promise<string[]> {
  const names: string[] = []
  let offset: number | null = start
  for (let left = Math.min(count, MAX_NAMES); offset !== null && left > 0; left -= 1) {
    const fields = await table.bytes.fields(offset, RECORD_BYTES.requiredName, table.endianness)
    if (fields === null) break
    const name = (fields.u16(4) & IS_WEAK) === 0 ? await readName(table, fields.u32(8)) : null
    if (name !== null) names.push(name)
    offset = fields.u32(12) === 0 ? null : offset + fields.u32(12)
  }
  return names
}

/** What a library has to offer. */
export async function readDefinedVersions(table: VersionTable): Promise<string[]> {
  const { bytes, endianness } = table
  const names: string[] = []
  let offset = table.offset
  for (let left = Math.min(table.count ?? 0, MAX_RECORDS); offset !== null && left > 0; left -= 1) {
    const record = await bytes.fields(offset, RECORD_BYTES.defined, endianness)
    if (record === null) break
    // The first name is the version's own; those after it are its parents'.
    const first = await bytes.fields(offset + record.u32(12), RECORD_BYTES.definedName, endianness)
    const name =
      first === null || (record.u16(2) & IS_BASE) !== 0 ? null : await readName(table, first.u32(0))
    if (name !== null) names.push(name)
    offset = record.u32(16) === 0 ? null : offset + record.u32(16)
  }
  return names
}

async function readName({ strings }: VersionTable, offset: number): Promise<string | null> {
  const name = await strings.text(offset, MAX_NAME_BYTES)
  return name === '' ? null : name
}
