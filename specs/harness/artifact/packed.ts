/** ELF programs as packers leave them: sections, notes and versions by hand, for runtimes that are not at hand. */

export interface PackedElf {
  /** In the order of the file, each with its content and, where it has to be at a given place, its address. */
  sections?: readonly { name: string; content: Buffer; entry?: boolean }[]
  notes?: readonly { owner: string; contents: Buffer }[]
  /** A version of symbols that it offers (DT_VERDEF). */
  offers?: string
  /** Behind everything that the headers speak of. */
  appended?: Buffer
}

const LOADED_AT = 0x40_0000
const HEADER_BYTES = 64
const SEGMENT_BYTES = 56
const SECTION_BYTES = 64

/** The address at which a section of `makePacked` is mapped, that its pointers may be made. */
export function addressOf(elf: Buffer, section: string): bigint {
  const at = elf.indexOf(`${section}\0`)
  if (at === -1) throw new Error(`there is no section ${section}`)
  const table = Number(elf.readBigUInt64LE(40))
  const count = elf.readUInt16LE(60)
  const names = Number(elf.readBigUInt64LE(table + (count - 1) * SECTION_BYTES + 24))
  for (let entry = table; entry < table + count * SECTION_BYTES; entry += SECTION_BYTES) {
    const name = names + elf.readUInt32LE(entry)
    if (elf.toString('latin1', name, elf.indexOf(0, name)) === section) return elf.readBigUInt64LE(entry + 16)
  }
  throw new Error(`there is no section ${section}`)
}

export function makePacked({
  sections = [],
  notes = [],
  offers,
  appended = Buffer.alloc(0),
}: PackedElf): Buffer {
  const segmentCount = 1 + (notes.length > 0 ? 1 : 0) + (offers === undefined ? 0 : 1)
  let size = HEADER_BYTES + segmentCount * SEGMENT_BYTES
  const parts: Buffer[] = []
  const add = (content: Buffer): { offset: number; size: number } => {
    const place = { offset: size, size: content.length }
    const padded = Buffer.concat([content, Buffer.alloc((8 - (content.length % 8)) % 8)])
    parts.push(padded)
    size += padded.length
    return place
  }

  const segments: Buffer[] = []
  if (notes.length > 0) segments.push(segment(4, add(Buffer.concat(notes.map(note)))))
  if (offers !== undefined) segments.push(segment(2, add(dynamic(offers, content => add(content).offset))))
  const placed = sections.map(section => ({ ...section, ...add(section.content) }))
  const entries = placed.filter(({ entry = true }) => entry)
  const names = add(
    Buffer.from(`\0${[...entries, { name: '.shstrtab' }].map(({ name }) => `${name}\0`).join('')}`),
  )
  let nameAt = 1
  const table = [...entries, { name: '.shstrtab', ...names }].map(section => {
    const bytes = sectionEntry(nameAt, section)
    nameAt += section.name.length + 1
    return bytes
  })
  const tableAt = add(Buffer.concat([Buffer.alloc(SECTION_BYTES), ...table])).offset

  const header = Buffer.alloc(HEADER_BYTES)
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  header.writeUInt16LE(2, 16)
  header.writeUInt16LE(62, 18)
  header.writeUInt32LE(LOADED_AT, 24)
  header.writeUInt32LE(HEADER_BYTES, 32)
  header.writeUInt32LE(tableAt, 40)
  header.writeUInt16LE(SEGMENT_BYTES, 54)
  header.writeUInt16LE(segmentCount, 56)
  header.writeUInt16LE(SECTION_BYTES, 58)
  header.writeUInt16LE(table.length + 1, 60)
  header.writeUInt16LE(table.length, 62)
  const load = segment(1, { offset: 0, size })
  return Buffer.concat([header, load, ...segments, ...parts, appended])
}

function segment(type: number, { offset, size }: { offset: number; size: number }): Buffer {
  const bytes = Buffer.alloc(SEGMENT_BYTES)
  bytes.writeUInt32LE(type, 0)
  bytes.writeUInt32LE(offset, 8)
  bytes.writeUInt32LE(LOADED_AT + offset, 16)
  bytes.writeUInt32LE(size, 32)
  bytes.writeUInt32LE(4, 48)
  return bytes
}

function sectionEntry(name: number, { offset, size }: { offset: number; size: number }): Buffer {
  const bytes = Buffer.alloc(SECTION_BYTES)
  bytes.writeUInt32LE(name, 0)
  bytes.writeUInt32LE(1, 4)
  bytes.writeUInt32LE(LOADED_AT + offset, 16)
  bytes.writeUInt32LE(offset, 24)
  bytes.writeUInt32LE(size, 32)
  return bytes
}

function note({ owner, contents }: { owner: string; contents: Buffer }): Buffer {
  const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
  const header = Buffer.alloc(12)
  header.writeUInt32LE(owner.length + 1, 0)
  header.writeUInt32LE(contents.length, 4)
  return Buffer.concat([header, padded(Buffer.from(`${owner}\0`)), padded(contents)])
}

/** One version that is offered, after the one that names the file itself. */
function dynamic(version: string, add: (content: Buffer) => number): Buffer {
  const strings = Buffer.from(`\0program\0${version}\0`)
  const definitions = Buffer.alloc(56)
  for (const [index, name] of [1, 9].entries()) {
    const at = index * 28
    definitions.writeUInt16LE(1, at)
    definitions.writeUInt16LE(index === 0 ? 1 : 0, at + 2)
    definitions.writeUInt16LE(1, at + 6)
    definitions.writeUInt32LE(20, at + 12)
    definitions.writeUInt32LE(index === 0 ? 28 : 0, at + 16)
    definitions.writeUInt32LE(name, at + 20)
  }
  const entries = [
    [5, LOADED_AT + add(strings)],
    [10, strings.length],
    [0x6ffffffc, LOADED_AT + add(definitions)],
    [0x6ffffffd, 2],
    [0, 0],
  ]
  const bytes = Buffer.alloc(entries.length * 16)
  for (const [index, [tag = 0, value = 0]] of entries.entries()) {
    bytes.writeUInt32LE(tag, index * 16)
    bytes.writeUInt32LE(value, index * 16 + 8)
  }
  return bytes
}
