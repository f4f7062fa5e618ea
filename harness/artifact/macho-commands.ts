import type { Fields, FileBytes } from './bytes.ts'
import { damagedHeader } from './defects.ts'
import type { ArtifactDefect } from './description.ts'

/** One of the load commands of a Mach-O file for one processor. */
export interface MachOCommand {
  type: number
  /** In bytes of the file. */
  offset: number
  size: number
  /** Its first bytes, as many as there are up to COMMAND_BYTES. */
  fields: Fields
}

/** What stands at the beginning of a Mach-O file for one processor. */
export interface MachOHeader {
  bits: 32 | 64
  endianness: 'little' | 'big'
  /** cputype */
  cpu: number
  fileType: number
  flags: number
  commandCount: number
  /** In bytes of the file. */
  commandsAt: number
  commandsEnd: number
}

const MAGIC_32 = 0xfeedface
const MAGIC_64 = 0xfeedfacf
const HEADER_BYTES = { 32: 28, 64: 32 }
/** As much of a command as is read here: all of LC_DYSYMTAB. */
export const COMMAND_BYTES = 80
/** Large programs have some forty; a damaged count must not make a walk of millions. */
const MAX_COMMANDS = 4096

/** Null where the file does not begin so, or ends before. */
export async function readMachOHeader(bytes: FileBytes): Promise<MachOHeader | null> {
  const shape = await readMagic(bytes)
  if (shape === null) return null
  const { bits, endianness } = shape
  const fields = await bytes.fields(0, HEADER_BYTES[bits], endianness)
  if (fields === null) return null
  return {
    bits,
    endianness,
    cpu: fields.u32(4),
    fileType: fields.u32(12),
    flags: fields.u32(24),
    commandCount: fields.u32(16),
    commandsAt: HEADER_BYTES[bits],
    commandsEnd: HEADER_BYTES[bits] + fields.u32(20),
  }
}

/** How long the header would be, for a file that ends before. */
export async function headerBytes(bytes: FileBytes): Promise<number | null> {
  const shape = await readMagic(bytes)
  return shape === null ? null : HEADER_BYTES[shape.bits]
}

/** The commands that lie in the file, or what is wrong with one of them. */
export async function readCommands(
  bytes: FileBytes,
  { commandCount, commandsAt, commandsEnd, endianness }: MachOHeader,
): Promise<MachOCommand[] | ArtifactDefect> {
  const commands: MachOCommand[] = []
  let offset = commandsAt
  for (let index = 0; index < Math.min(commandCount, MAX_COMMANDS); index += 1) {
    const head = await bytes.fields(offset, 8, endianness)
    if (head === null) break // outside the file, which is told by where the commands end
    const size = head.u32(4)
    if (size < 8 || offset + size > commandsEnd)
      return damagedHeader(`load command ${index + 1} has the size ${size}`)
    const fields = await bytes.fields(offset, Math.min(size, COMMAND_BYTES), endianness)
    if (fields === null) break
    commands.push({ type: head.u32(0), offset, size, fields })
    offset += size
  }
  return commands
}

async function readMagic(bytes: FileBytes): Promise<Pick<MachOHeader, 'bits' | 'endianness'> | null> {
  for (const endianness of ['little', 'big'] as const) {
    const magic = (await bytes.fields(0, 4, endianness))?.u32(0)
    if (magic === MAGIC_32) return { bits: 32, endianness }
    if (magic === MAGIC_64) return { bits: 64, endianness }
  }
  return null
}
