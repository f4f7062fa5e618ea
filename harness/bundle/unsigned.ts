import type { FileBytes } from '../artifact/bytes.ts'
import { readCommands, readMachOHeader } from '../artifact/macho-commands.ts'
import type { FileRange } from '../artifact/packed-program.ts'
import { DIRECTORY, readPeTables } from '../artifact/pe-tables.ts'
import type { View } from './bytes-apart.ts'

/* Programs without their signatures: what signing writes into them, and where. */

const LC_SEGMENT = 0x1
const LC_SEGMENT_64 = 0x19
const LC_CODE_SIGNATURE = 0x1d
const LINKEDIT = '__LINKEDIT'
/** How many commands there are, and how long they are together: codesign may have to add its own. */
const MACHO_COUNTS: FileRange = { offset: 16, size: 8 }
const MACHO_ALIGNMENT = 16

/**
 * A Mach-O program for one processor. Its signature is the end of the segment __LINKEDIT, which is as long as it needs,
 * and a load command says where it is. Null where its header cannot be read.
 */
export async function unsignedMachO(bytes: FileBytes): Promise<(View & { readonly cpu: number }) | null> {
  const header = await readMachOHeader(bytes)
  const commands = header === null ? null : await readCommands(bytes, header)
  if (header === null || commands === null || 'kind' in commands) return null
  const ignored = [MACHO_COUNTS]
  let signature: FileRange = { offset: bytes.size, size: 0 }
  for (const { type, offset, size, fields } of commands) {
    if (type === LC_CODE_SIGNATURE && size >= 16) {
      ignored.push({ offset, size })
      signature = { offset: Math.min(bytes.size, fields.u32(8)), size: fields.u32(12) }
    }
    if (type !== LC_SEGMENT && type !== LC_SEGMENT_64) continue
    if ((await bytes.text(offset + 8, 16)) !== LINKEDIT) continue
    // Its size in memory, and in the file, which the file's offset stands between.
    const [memory, file, width] = type === LC_SEGMENT ? [28, 36, 4] : [32, 48, 8]
    ignored.push({ offset: offset + memory, size: width }, { offset: offset + file, size: width })
  }
  const { offset: end, size } = signature
  return { bytes, end, behind: end + size, ignored, padding: MACHO_ALIGNMENT, cpu: header.cpu }
}

const PE_OFFSET_AT = 0x3c
const PE_HEADER_BYTES = 24
const CHECKSUM_AT = 64
const DIRECTORIES_AT = { 32: 96, 64: 112 }
const DIRECTORY_BYTES = 8
const PE_ALIGNMENT = 8

/**
 * A Windows program. Its signature stands behind everything; what leads to it, and the checksum, are changed with it
 * (Microsoft, "Windows Authenticode Portable Executable Signature Format").
 */
export async function unsignedPe(bytes: FileBytes): Promise<View | null> {
  const at = (await bytes.fields(PE_OFFSET_AT, 4, 'little'))?.u32(0) ?? 0
  const header = await bytes.fields(at, PE_HEADER_BYTES, 'little')
  if (header === null) return null
  const optional = at + PE_HEADER_BYTES
  const tables = await readPeTables(bytes, { offset: optional, size: header.u16(20), count: header.u16(6) })
  const certificate = tables.directories[DIRECTORY.certificate]
  const isSigned = certificate !== undefined && certificate.size > 0
  return {
    bytes,
    end: isSigned ? Math.min(bytes.size, certificate.address) : bytes.size,
    behind: isSigned ? certificate.address + certificate.size : bytes.size,
    ignored: [
      { offset: optional + CHECKSUM_AT, size: 4 },
      {
        offset: optional + DIRECTORIES_AT[tables.bits] + DIRECTORY.certificate * DIRECTORY_BYTES,
        size: DIRECTORY_BYTES,
      },
    ],
    padding: PE_ALIGNMENT,
  }
}
