import type { FileHandle } from 'node:fs/promises'

/** What a file says when it is asked for an ELF note. */
export type ElfNote =
  | { readonly kind: 'found'; readonly contents: Buffer }
  /** An ELF file without such a note. */
  | { readonly kind: 'absent' }
  /** Not a 64-bit little-endian ELF file: nothing can be said. */
  | { readonly kind: 'not-elf' }

// Sizes and offsets of the 64-bit format: elf(5), https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html
const HEADER_BYTES = 64
const MAGIC = Buffer.from('\x7fELF\x02\x01', 'latin1')
const PT_NOTE = 4
const SEGMENT_BYTES = 56
const NOTE_HEADER_BYTES = 12

/** Finds the note of an owner, by a few reads at known places instead of one of a hundred megabytes. */
export async function findElfNote(file: FileHandle, owner: string): Promise<ElfNote> {
  const header = await readAt(file, 0, HEADER_BYTES)
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC))
    return { kind: 'not-elf' }

  const tableOffset = Number(header.readBigUInt64LE(32))
  const entryBytes = header.readUInt16LE(54)
  const entries = header.readUInt16LE(56)
  if (entryBytes < SEGMENT_BYTES) return { kind: 'not-elf' }
  const table = await readAt(file, tableOffset, entryBytes * entries)

  for (let entry = 0; entry + entryBytes <= table.length; entry += entryBytes) {
    if (table.readUInt32LE(entry) !== PT_NOTE) continue
    const offset = Number(table.readBigUInt64LE(entry + 8))
    const bytes = Number(table.readBigUInt64LE(entry + 32))
    const contents = findNote(await readAt(file, offset, bytes), owner)
    if (contents !== null) return { kind: 'found', contents }
  }
  return { kind: 'absent' }
}

/** Walks the notes of one segment: a header of three words, the owner's name, the contents, each padded to four bytes. */
function findNote(segment: Buffer, owner: string): Buffer | null {
  let offset = 0
  while (offset + NOTE_HEADER_BYTES <= segment.length) {
    const nameBytes = segment.readUInt32LE(offset)
    const contentBytes = segment.readUInt32LE(offset + 4)
    const name = offset + NOTE_HEADER_BYTES
    const contents = name + padded(nameBytes)

    // The name ends with a NUL that counts.
    if (segment.toString('latin1', name, name + nameBytes - 1) === owner) {
      return segment.subarray(contents, contents + contentBytes)
    }
    offset = contents + padded(contentBytes)
  }
  return null
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

/** As many bytes as there are, at most those asked for. A length from a damaged file allocates no more than the file has. */
async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { size } = await file.stat()
  const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - position)))
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
  return buffer.subarray(0, bytesRead)
}
