import type { FileBytes } from './bytes.ts'
import { type ElfHeader, type ElfSegment, readElfHeader, readSegments } from './elf-tables.ts'

/** A note in an ELF file: what its owner put there for whoever looks for that name. */
export interface ElfNote {
  owner: string
  type: number
  /** Where its contents lie, in bytes of the file. */
  offset: number
  size: number
}

const PT_NOTE = 4
const NOTE_HEADER_BYTES = 12

/** Real programs have under a hundred; a damaged size must not make a walk of millions. */
const MAX_NOTES = 256
/** The longest owner that matters is "NODE_SEA_BLOB". */
const MAX_OWNER_BYTES = 16

/** The notes that lie in the file. */
export async function readNotes(
  bytes: FileBytes,
  header: ElfHeader,
  segments: readonly ElfSegment[],
): Promise<ElfNote[]> {
  const notes: ElfNote[] = []
  for (const segment of segments) {
    if (segment.type !== PT_NOTE) continue
    const end = segment.offset + segment.size
    let offset = segment.offset
    while (offset < end && notes.length < MAX_NOTES) {
      const fields = await bytes.fields(offset, NOTE_HEADER_BYTES, header.endianness)
      if (fields === null) break
      const ownerBytes = fields.u32(0)
      const owner = await bytes.text(offset + NOTE_HEADER_BYTES, Math.min(ownerBytes, MAX_OWNER_BYTES))
      // Contents are padded to the segment's alignment: 8 for .note.gnu.property, 4 for all others.
      const padding = segment.alignment === 8 ? 8 : 4
      const contents = offset + roundUp(NOTE_HEADER_BYTES + ownerBytes, padding)
      notes.push({ owner: owner ?? '', type: fields.u32(8), offset: contents, size: fields.u32(4) })
      offset = contents + roundUp(fields.u32(4), padding)
    }
  }
  return notes
}

/** The notes of a file; null when it is no ELF file that can be read. */
export async function readNotesOfFile(bytes: FileBytes): Promise<ElfNote[] | null> {
  if (!(await bytes.head(4)).equals(Buffer.from('\x7fELF', 'latin1'))) return null
  const header = await readElfHeader(bytes)
  return 'kind' in header ? null : readNotes(bytes, header, await readSegments(bytes, header))
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}
