import { type Signing, signatureBytes, signatureOf } from './signed.ts'

/** The smallest headers of formats for which no program is at hand. Numbers are those of the formats' documents. */

const PT_LOAD = 1
const PT_INTERP = 3
const PT_NOTE = 4

interface ElfChanges {
  bits?: 32 | 64
  machine?: number
  type?: number
  entryPoint?: number
  loader?: string
  /** In one segment whose descriptions are padded to 8 bytes. */
  notes?: { owner: string; type: number; descriptionBytes: number }[]
}

/** An ELF program with one loaded segment and no sections. */
export function makeElf(changes: ElfChanges = {}): Buffer {
  const { bits = 64, machine = 62, type = 2, entryPoint = 0x400078, loader, notes = [] } = changes
  const wide = bits === 64
  const [headerBytes, segmentBytes] = wide ? [64, 56] : [52, 32]
  const segments = [{ type: PT_LOAD, content: Buffer.from('code') }]
  if (loader !== undefined) segments.push({ type: PT_INTERP, content: Buffer.from(`${loader}\0`) })
  if (notes.length > 0) segments.push({ type: PT_NOTE, content: Buffer.concat(notes.map(makeNote)) })

  const header = Buffer.alloc(headerBytes + segments.length * segmentBytes)
  header.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, 1, 1])
  header.writeUInt16LE(type, 16)
  header.writeUInt16LE(machine, 18)
  header.writeUInt32LE(entryPoint, 24)
  header.writeUInt32LE(headerBytes, wide ? 32 : 28) // e_phoff
  header.writeUInt16LE(segmentBytes, wide ? 54 : 42)
  header.writeUInt16LE(segments.length, wide ? 56 : 44)
  let offset = header.length
  for (const [index, segment] of segments.entries()) {
    const at = headerBytes + index * segmentBytes
    header.writeUInt32LE(segment.type, at)
    header.writeUInt32LE(offset, at + (wide ? 8 : 4))
    header.writeUInt32LE(segment.content.length, at + (wide ? 32 : 16))
    header.writeUInt32LE(8, at + (wide ? 48 : 28))
    offset += segment.content.length
  }
  return Buffer.concat([header, ...segments.map(({ content }) => content)])
}

function makeNote({
  owner,
  type,
  descriptionBytes,
}: {
  owner: string
  type: number
  descriptionBytes: number
}): Buffer {
  const descriptionAt = Math.ceil((12 + owner.length + 1) / 8) * 8
  const note = Buffer.alloc(descriptionAt + Math.ceil(descriptionBytes / 8) * 8)
  note.writeUInt32LE(owner.length + 1, 0)
  note.writeUInt32LE(descriptionBytes, 4)
  note.writeUInt32LE(type, 8)
  note.write(owner, 12)
  return note
}

export const CPU_X64 = 0x1000007
export const CPU_ARM64 = 0x100000c
const LC_LOAD_DYLIB = 0xc
const LC_CODE_SIGNATURE = 0x1d
const LC_BUILD_VERSION = 0x32

interface MachOChanges {
  /** In which way it is signed, or whether at all. */
  signed?: boolean | Signing
  fileType?: number
  platform?: number
  imports?: string[]
  /** The oldest version of its system: `[13, 5]`. */
  least?: [number, number]
  /** Whether LC_VERSION_MIN_MACOSX tells it, as it was until macOS 10.13. */
  isOld?: boolean
  sections?: { segment: string; name: string; content: Buffer }[]
  /** A function that it offers to others. */
  offers?: string
  /** How many names of its own its symbol table has. */
  symbols?: number
  loader?: boolean
}

const LC_SEGMENT_64 = 0x19
const LC_DYSYMTAB = 0xb
const LC_LOAD_DYLINKER = 0xe
const LC_VERSION_MIN_MACOSX = 0x24
const LC_DYLD_EXPORTS_TRIE = 0x80000033

/** A 64-bit Mach-O program for macOS. */
export function makeMachO(cpu: number, changes: MachOChanges = {}): Buffer {
  const { signed = true, fileType = 2, platform = 1, imports = [], least = [0, 0], isOld = false } = changes
  const { sections = [], offers, symbols = 0, loader = true } = changes
  const version = (least[0] << 16) | (least[1] << 8)
  const contents = sections.map(({ content }) => content)
  const tree = offers === undefined ? Buffer.alloc(0) : exportsTree(offers)
  const segment = Buffer.alloc(72 + sections.length * 80)
  const commands = [
    segment,
    isOld
      ? makeCommand(LC_VERSION_MIN_MACOSX, [version, 0])
      : makeCommand(LC_BUILD_VERSION, [platform, version, 0, 0]),
    makeCommand(LC_DYSYMTAB, [0, symbols]),
    ...(loader ? [makeCommand(LC_LOAD_DYLINKER, [12])] : []),
    ...imports.map(makeImport),
  ]
  const signing = signed === true ? {} : signed
  if (offers !== undefined) commands.push(makeCommand(LC_DYLD_EXPORTS_TRIE, [0, 0]))
  if (signing !== false) commands.push(makeCommand(LC_CODE_SIGNATURE, [0, 0]))
  const commandBytes = Buffer.concat(commands).length
  let offset = 32 + commandBytes
  for (const [index, { segment: of, name, content }] of sections.entries()) {
    const at = 72 + index * 80
    segment.write(name, at, 16)
    segment.write(of, at + 16, 16)
    segment.writeBigUInt64LE(BigInt(content.length), at + 40)
    segment.writeUInt32LE(offset, at + 48)
    offset += content.length
  }
  if (offers !== undefined) {
    const command = commands.find(each => each.readUInt32LE(0) === LC_DYLD_EXPORTS_TRIE)
    command?.writeUInt32LE(offset, 8)
    command?.writeUInt32LE(tree.length, 12)
  }
  const end = offset + tree.length + 64
  const signatureLength = signing === false ? 0 : signatureBytes(end, signing)
  if (signing !== false) {
    commands.at(-1)?.writeUInt32LE(end, 8)
    commands.at(-1)?.writeUInt32LE(signatureLength, 12)
  }
  segment.writeUInt32LE(LC_SEGMENT_64, 0)
  segment.write('__LINKEDIT', 8) // what ends with the signature
  segment.writeUInt32LE(segment.length, 4)
  segment.writeBigUInt64LE(BigInt(end + signatureLength), 48) // it is the whole file
  segment.writeUInt32LE(sections.length, 64)
  const header = Buffer.alloc(32)
  header.writeUInt32LE(0xfeedfacf, 0)
  header.writeUInt32LE(cpu, 4)
  header.writeUInt32LE(fileType, 12)
  header.writeUInt32LE(commands.length, 16)
  header.writeUInt32LE(commandBytes, 20)
  const program = Buffer.concat([header, ...commands, ...contents, tree, Buffer.alloc(64)])
  return signing === false ? program : Buffer.concat([program, signatureOf(program, signing)])
}

/** dyld's tree with one name in it, split in two as the linker would for a second one. */
function exportsTree(name: string): Buffer {
  const half = Math.floor(name.length / 2)
  const [first, rest] = [`_${name.slice(0, half)}`, name.slice(half)]
  const root = Buffer.from(`\0\x02x\0\0${first}\0`, 'latin1')
  root[4] = root.length + 1 // where the other branch leads does not matter
  const middleAt = root.length + 1
  const middle = Buffer.from(`\0\x01${rest}\0`, 'latin1')
  const leafAt = middleAt + middle.length + 1
  return Buffer.concat([root, Buffer.from([middleAt]), middle, Buffer.from([leafAt, 2, 0, 0x10, 0])])
}

/** A universal file with these programs in it; `wide` is the form with 64-bit offsets. */
export function makeUniversal(programs: { cpu: number; program: Buffer }[], wide = false): Buffer {
  const entryBytes = wide ? 32 : 20
  const table = Buffer.alloc(8 + programs.length * entryBytes)
  table.writeUInt32BE(wide ? 0xcafebabf : 0xcafebabe, 0)
  table.writeUInt32BE(programs.length, 4)
  let offset = table.length
  for (const [index, { cpu, program }] of programs.entries()) {
    const at = 8 + index * entryBytes
    table.writeUInt32BE(cpu, at)
    table.writeUInt32BE(offset, at + (wide ? 12 : 8)) // the low half of the wide form
    table.writeUInt32BE(program.length, at + (wide ? 20 : 12))
    offset += program.length
  }
  return Buffer.concat([table, ...programs.map(({ program }) => program)])
}

interface PeChanges {
  machine?: number
  flags?: number
  /** 2 for a window, 3 for a console. */
  subsystem?: number
  imports?: string[]
  /** Raw data under a name. */
  resource?: { name: string; content: Buffer }
  /** What its linker called it. */
  ownName?: string
  /** A function that it offers to others; with `ownName`. */
  offers?: string
  constants?: Buffer
  certificate?: Buffer
  /** Behind its sections, and before its certificate. */
  appended?: Buffer
}

const PE_SECTION_AT = 0x400
/** What its section is mapped at. */
const PE_MAPPED = 0x1000

/** A Windows program with one section for its tables, and one for constants. */
export function makePe(changes: PeChanges = {}): Buffer {
  const { machine = 0x8664, flags = 0x22, subsystem = 3, imports = [], resource, ownName, offers } = changes
  const { constants = Buffer.from('constants'), certificate, appended = Buffer.alloc(0) } = changes
  const header = Buffer.alloc(PE_SECTION_AT)
  header.write('MZ', 0)
  header.writeUInt32LE(0x80, 0x3c)
  header.write('PE\0\0', 0x80)
  header.writeUInt16LE(machine, 0x84)
  header.writeUInt16LE(2, 0x86)
  header.writeUInt16LE(0xf0, 0x94) // size of the optional header
  header.writeUInt16LE(flags, 0x96)
  header.writeUInt16LE(0x20b, 0x98)
  header.writeUInt16LE(subsystem, 0x98 + 68)
  header.writeUInt32LE(16, 0x98 + 108)
  const directory = (index: number, address: number, size: number): void => {
    header.writeUInt32LE(address, 0x98 + 112 + index * 8)
    header.writeUInt32LE(size, 0x98 + 112 + index * 8 + 4)
  }
  const tables = new Tables()
  if (ownName !== undefined) directory(0, tables.addExports(ownName, offers), 40)
  if (imports.length > 0) directory(1, tables.addImports(imports), 20)
  if (resource !== undefined) directory(2, tables.addResource(resource), 16)
  const content = tables.content()
  const sections = [
    { name: '.idata', content, address: PE_MAPPED },
    { name: '.rdata', content: constants, address: PE_MAPPED + 0x10_0000 },
  ]
  let offset = PE_SECTION_AT
  for (const [index, section] of sections.entries()) {
    const at = 0x98 + 0xf0 + index * 40
    header.write(section.name, at)
    header.writeUInt32LE(section.address, at + 12)
    header.writeUInt32LE(section.content.length, at + 16)
    header.writeUInt32LE(offset, at + 20)
    offset += section.content.length
  }
  const parts = [header, content, constants, appended]
  if (certificate === undefined) return Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32LE(8 + certificate.length, 0)
  head.writeUInt16LE(0x200, 4)
  head.writeUInt16LE(2, 6)
  directory(4, offset + appended.length, 8 + certificate.length)
  return Buffer.concat([...parts, head, certificate])
}

/** What a Windows program's directories lead to. */
class Tables {
  #content: Buffer = Buffer.alloc(0x20)

  content(): Buffer {
    return this.#content
  }

  addImports(names: readonly string[]): number {
    const addresses = names.map(name => this.#add(Buffer.from(`${name}\0`)))
    const table = Buffer.alloc((names.length + 1) * 20)
    for (const [index, address] of addresses.entries()) table.writeUInt32LE(address, index * 20 + 12)
    return this.#add(table)
  }

  addExports(ownName: string, offers?: string): number {
    // As its linker sorts them: by their bytes.
    const sorted = ['!', '#', '(', ')', ...(offers === undefined ? [] : [offers]), '|'].sort()
    const names = sorted.map(name => this.#add(Buffer.from(`${name}\0`)))
    const pointers = Buffer.alloc(names.length * 4)
    for (const [index, address] of names.entries()) pointers.writeUInt32LE(address, index * 4)
    const table = Buffer.alloc(40)
    table.writeUInt32LE(this.#add(Buffer.from(`${ownName}\0`)), 12)
    table.writeUInt32LE(names.length, 24)
    table.writeUInt32LE(this.#add(pointers), 32)
    return this.#add(table)
  }

  /** Type, name and language, each a table with one entry; and where the content is. */
  addResource({ name, content }: { name: string; content: Buffer }): number {
    const data = this.#add(content)
    const text = Buffer.from(name, 'utf16le')
    const tree = Buffer.alloc(3 * 24 + 16 + 2 + text.length)
    const entry = (at: number, id: number, place: number, isNamed: boolean): void => {
      tree.writeUInt16LE(1, at + (isNamed ? 12 : 14))
      tree.writeUInt32LE(id, at + 16)
      tree.writeUInt32LE(place, at + 20)
    }
    entry(0, 10, 0x80000000 + 24, false)
    entry(24, 0x80000000 + 88, 0x80000000 + 48, true)
    entry(48, 0x409, 72, false)
    tree.writeUInt32LE(data, 72)
    tree.writeUInt32LE(content.length, 76)
    tree.writeUInt16LE(name.length, 88)
    text.copy(tree, 90)
    return this.#add(tree)
  }

  #add(part: Buffer): number {
    const address = PE_MAPPED + this.#content.length
    this.#content = Buffer.concat([this.#content, part, Buffer.alloc((8 - (part.length % 8)) % 8)])
    return address
  }
}

function makeCommand(type: number, words: number[]): Buffer {
  const command = Buffer.alloc(8 + words.length * 4)
  command.writeUInt32LE(type, 0)
  command.writeUInt32LE(command.length, 4)
  for (const [index, word] of words.entries()) command.writeUInt32LE(word, 8 + index * 4)
  return command
}

/** The name stands behind the command's four numbers: where it stands, and three of the library's. */
function makeImport(name: string): Buffer {
  const text = Buffer.from(`${name}\0`)
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8)])
  const command = Buffer.concat([makeCommand(LC_LOAD_DYLIB, [24, 2, 0, 0]), padded])
  command.writeUInt32LE(command.length, 4)
  return command
}
