import type { FileBytes } from './bytes.ts'
import type { MachOCommand, MachOHeader } from './macho-commands.ts'

/** A part of a Mach-O file, as `__TEXT,__const`. Offset and size in bytes of the file. */
export interface MachOSection {
  name: string
  address: number
  offset: number
  size: number
}

/** A segment's own fields, and those of a section of it. */
const LAYOUTS = {
  32: { segmentBytes: 56, count: 48, bytes: 68, address: 32, size: 36, offset: 40, flags: 56 },
  64: { segmentBytes: 72, count: 64, bytes: 80, address: 32, size: 40, offset: 48, flags: 64 },
} as const
const NAME_BYTES = 16
/** The low byte of a section's flags: it is filled with zeros, and nothing is in the file (S_ZEROFILL and its like). */
const WITHOUT_CONTENT = [0x1, 0xc, 0x12]
/** Real programs have some forty; a damaged count must not make a walk of millions. */
const MAX_SECTIONS = 256

/** The sections that these segment commands name, as far as they lie within them. */
export async function readMachOSections(
  bytes: FileBytes,
  header: MachOHeader,
  segments: readonly MachOCommand[],
): Promise<MachOSection[]> {
  const sections: MachOSection[] = []
  for (const segment of segments) {
    if (sections.length >= MAX_SECTIONS) break
    sections.push(...(await readSegment(bytes, header, segment)))
  }
  return sections
}

async function readSegment(
  bytes: FileBytes,
  { bits, endianness }: MachOHeader,
  segment: MachOCommand,
): Promise<MachOSection[]> {
  const layout = LAYOUTS[bits]
  if (segment.size < layout.segmentBytes) return []
  const count = Math.min(segment.fields.u32(layout.count), MAX_SECTIONS)
  const sections: MachOSection[] = []
  for (let index = 0; index < count; index += 1) {
    const at = layout.segmentBytes + index * layout.bytes
    if (at + layout.bytes > segment.size) break
    const fields = await bytes.fields(segment.offset + at, layout.bytes, endianness)
    if (fields === null) break
    const section = {
      address: fields.word(layout.address, bits),
      offset: fields.u32(layout.offset),
      size: fields.word(layout.size, bits),
    }
    const hasContent = !WITHOUT_CONTENT.includes(fields.u32(layout.flags) & 0xff)
    const own = await bytes.text(segment.offset + at, NAME_BYTES)
    const of = await bytes.text(segment.offset + at + NAME_BYTES, NAME_BYTES)
    if (hasContent) sections.push({ name: `${of ?? ''},${own ?? ''}`, ...section })
  }
  return sections
}
