import type { FileBytes } from './bytes.ts'
import { damagedHeader, findTruncation } from './defects.ts'
import type { ArtifactDefect, ArtifactSystem } from './description.ts'

/** What the header and the load commands of a Mach-O file for one processor say. */
export interface MachOProgram {
  bits: 32 | 64
  endianness: 'little' | 'big'
  /** cputype */
  cpu: number
  fileType: number
  os: ArtifactSystem | null
  /** Names of the libraries that have to be there (LC_LOAD_DYLIB). */
  imports: string[]
  /** Whether it carries a code signature at all, if only an ad-hoc one. */
  signed: boolean
  truncation: ArtifactDefect | null
}

const MAGIC_32 = 0xfeedface
const MAGIC_64 = 0xfeedfacf
const HEADER_BYTES = { 32: 28, 64: 32 }

const LC_SEGMENT = 0x1
const LC_SEGMENT_64 = 0x19
const LC_LOAD_DYLIB = 0xc
const LC_CODE_SIGNATURE = 0x1d
const LC_BUILD_VERSION = 0x32
/** As much of a command as is read here: a 64-bit segment up to its size in the file. */
const COMMAND_BYTES = 56
/** macOS takes no longer path (PATH_MAX). */
const MAX_NAME_BYTES = 1024

/** LC_BUILD_VERSION's platform; 6 is Mac Catalyst. Programs without that command are older than the other systems. */
const PLATFORMS: Record<number, ArtifactSystem> = { 1: 'macos', 2: 'ios', 6: 'macos' }

/** Reads a Mach-O file for one processor, or says what is wrong with its header. */
export async function readMachOProgram(bytes: FileBytes): Promise<MachOProgram | ArtifactDefect> {
  const shape = await readMagic(bytes)
  if (shape === null) return damagedHeader('it does not begin as a Mach-O file does')
  const { bits, endianness } = shape
  const header = await bytes.fields(0, HEADER_BYTES[bits], endianness)
  if (header === null)
    return findTruncation(bytes.size, HEADER_BYTES[bits]) ?? damagedHeader('it could not be read')
  const commandCount = header.u32(16)

  const commandsEnd = HEADER_BYTES[bits] + header.u32(20)
  let described = commandsEnd
  let os: ArtifactSystem | null = 'macos'
  let signed = false
  const imports: string[] = []
  let offset = HEADER_BYTES[bits]
  for (let index = 0; index < commandCount; index += 1) {
    const command = await bytes.fields(offset, 8, endianness)
    if (command === null) break // outside the file, which is what `described` shows
    const size = command.u32(4)
    if (size < 8 || offset + size > commandsEnd)
      return damagedHeader(`load command ${index + 1} has the size ${size}`)
    const type = command.u32(0)
    const body = await bytes.fields(offset, Math.min(size, COMMAND_BYTES), endianness)
    if (body === null) break
    if (type === LC_CODE_SIGNATURE) signed = true
    if (type === LC_LOAD_DYLIB && size >= 12) {
      const nameAt = Math.min(body.u32(8), size)
      imports.push((await bytes.text(offset + nameAt, Math.min(size - nameAt, MAX_NAME_BYTES))) ?? '')
    }
    if (type === LC_BUILD_VERSION && size >= 12) os = PLATFORMS[body.u32(8)] ?? null
    if (type === LC_SEGMENT && size >= 40) described = Math.max(described, body.u32(32) + body.u32(36))
    if (type === LC_SEGMENT_64 && size >= COMMAND_BYTES)
      described = Math.max(described, body.u64(40) + body.u64(48))
    offset += size
  }
  const truncation = findTruncation(bytes.size, described)
  return { bits, endianness, cpu: header.u32(4), fileType: header.u32(12), os, imports, signed, truncation }
}

async function readMagic(bytes: FileBytes): Promise<Pick<MachOProgram, 'bits' | 'endianness'> | null> {
  for (const endianness of ['little', 'big'] as const) {
    const magic = (await bytes.fields(0, 4, endianness))?.u32(0)
    if (magic === MAGIC_32) return { bits: 32, endianness }
    if (magic === MAGIC_64) return { bits: 64, endianness }
  }
  return null
}
