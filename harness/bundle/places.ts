import type { FileBytes } from '../artifact/bytes.ts'
import type { ArtifactFormat } from '../artifact/description.ts'
import { readElfHeader, readSections, readSegments } from '../artifact/elf-tables.ts'
import { readCommands, readMachOHeader } from '../artifact/macho-commands.ts'
import { readMachOProgram } from '../artifact/macho-program.ts'
import type { FileRange } from '../artifact/packed-program.ts'
import { readPeTables } from '../artifact/pe-tables.ts'

interface Place extends FileRange {
  readonly name: string
}

/** What lies at an offset of a program, in words. */
export async function nameOffset(bytes: FileBytes, format: ArtifactFormat, at: number): Promise<string> {
  const places = await placesOf(bytes, format)
  if (places.length === 0) return 'its text'
  const inside = places.find(({ offset, size }) => at >= offset && at < offset + size)
  if (inside !== undefined) return inside.name
  const end = places.reduce((furthest, { offset, size }) => Math.max(furthest, offset + size), 0)
  return at >= end ? 'what stands behind all that its headers speak of' : 'a gap between its sections'
}

/** The smaller ones first, where one lies in another. */
async function placesOf(bytes: FileBytes, format: ArtifactFormat): Promise<readonly Place[]> {
  if (format === 'elf') return placesInElf(bytes)
  if (format === 'pe') return placesInPe(bytes)
  return format.startsWith('mach-o') ? placesInMachO(bytes) : []
}

const SHT_NOBITS = 8
const ELF_HEADER_BYTES = { 32: 52, 64: 64 }

async function placesInElf(bytes: FileBytes): Promise<readonly Place[]> {
  const header = await readElfHeader(bytes)
  if ('kind' in header) return []
  const sections = await readSections(bytes, header)
  const segments = await readSegments(bytes, header)
  const table = (name: string, { offset, count, entryBytes }: typeof header.segments): Place => {
    return { name, offset, size: count * entryBytes }
  }
  return [
    { name: 'the ELF header', offset: 0, size: ELF_HEADER_BYTES[header.bits] },
    table('the table of its segments', header.segments),
    table('the table of its sections', header.sections),
    ...sections
      .filter(({ type, name }) => type !== SHT_NOBITS && name !== '')
      .map(({ name, offset, size }) => ({ name: `the section ${name}`, offset, size })),
    ...segments.map(({ offset, size }, index) => ({ name: `segment ${index + 1}`, offset, size })),
  ]
}

async function placesInPe(bytes: FileBytes): Promise<readonly Place[]> {
  const at = (await bytes.fields(0x3c, 4, 'little'))?.u32(0) ?? 0
  const header = await bytes.fields(at, 24, 'little')
  if (header === null) return []
  const { sections } = await readPeTables(bytes, {
    offset: at + 24,
    size: header.u16(20),
    count: header.u16(6),
  })
  const first = sections.reduce(
    (least, { offset }) => (offset > 0 ? Math.min(least, offset) : least),
    bytes.size,
  )
  return [
    { name: 'its headers', offset: 0, size: first },
    ...sections.map(({ name, offset, size }) => ({ name: `the section ${name}`, offset, size })),
  ]
}

const LC_SEGMENT = 0x1
const LC_SEGMENT_64 = 0x19

async function placesInMachO(bytes: FileBytes): Promise<readonly Place[]> {
  const header = await readMachOHeader(bytes)
  const program = await readMachOProgram(bytes)
  const commands = header === null ? null : await readCommands(bytes, header)
  if (header === null || 'kind' in program || commands === null || 'kind' in commands) return []
  const segments: Place[] = []
  for (const { type, offset, fields, size } of commands) {
    const isWide = type === LC_SEGMENT_64
    if ((!isWide && type !== LC_SEGMENT) || size < 56) continue
    const name = `the segment ${await bytes.text(offset + 8, 16)}`
    segments.push({
      name,
      offset: isWide ? fields.u64(40) : fields.u32(32),
      size: isWide ? fields.u64(48) : fields.u32(36),
    })
  }
  return [
    { name: 'its header and load commands', offset: 0, size: header.commandsEnd },
    ...program.sections.map(({ name, offset, size }) => ({ name: `the section ${name}`, offset, size })),
    ...segments,
  ]
}
