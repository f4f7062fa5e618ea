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

/** A 64-bit Mach-O program for macOS. */
export function makeMachO(
  cpu: number,
  changes: { signed?: boolean; fileType?: number; platform?: number; imports?: string[] } = {},
): Buffer {
  const { signed = true, fileType = 2, platform = 1, imports = [] } = changes
  const segment = Buffer.alloc(72)
  segment.writeUInt32LE(0x19, 0)
  segment.writeUInt32LE(72, 4)
  const commands = [segment, makeCommand(LC_BUILD_VERSION, [platform, 0, 0, 0]), ...imports.map(makeImport)]
  if (signed) commands.push(makeCommand(LC_CODE_SIGNATURE, [0, 0]))
  const body = Buffer.concat(commands)
  const program = Buffer.concat([Buffer.alloc(32), body, Buffer.alloc(64)])
  program.writeUInt32LE(0xfeedfacf, 0)
  program.writeUInt32LE(cpu, 4)
  program.writeUInt32LE(fileType, 12)
  program.writeUInt32LE(commands.length, 16)
  program.writeUInt32LE(body.length, 20)
  program.writeBigUInt64LE(BigInt(program.length), 32 + 48) // the segment is the whole file
  return program
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

/** A Windows program with one section. */
export function makePe(changes: { machine?: number; flags?: number } = {}): Buffer {
  const { machine = 0x8664, flags = 0x22 } = changes
  const program = Buffer.alloc(0x400)
  program.write('MZ', 0)
  program.writeUInt32LE(0x80, 0x3c)
  program.write('PE\0\0', 0x80)
  program.writeUInt16LE(machine, 0x84)
  program.writeUInt16LE(1, 0x86)
  program.writeUInt16LE(0xf0, 0x94) // size of the optional header
  program.writeUInt16LE(flags, 0x96)
  const section = 0x98 + 0xf0
  program.writeUInt32LE(0x200, section + 16)
  program.writeUInt32LE(0x200, section + 20)
  return program
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
