import { open } from 'node:fs/promises'
import { BuildError } from './errors.ts'

/* https://learn.microsoft.com/windows/win32/debug/pe-format: the attribute certificate table. */

const HEADER_OFFSET_AT = 0x3c
/** From the PE signature on. */
const OPTIONAL_HEADER_AT = 24
const PE32_PLUS = 0x20b
const DIRECTORIES_AT = { 267: 96, [PE32_PLUS]: 112 } as const
const CERTIFICATES = 4
const ENTRY_BYTES = 8

/**
 * Takes the signature off a program for Windows. It is its maker's, and of another program than the one that is going to be
 * made of it: kept, it would be a broken one, which tools stumble over that sign it anew. Throws BuildError for what is no PE
 * file.
 */
export async function unsignPe(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    const read = async (at: number, bytes: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, at)
      if (bytesRead < bytes) throw refuse(file)
      return buffer
    }
    if ((await read(0, 2)).toString('latin1') !== 'MZ') throw refuse(file)
    const headerAt = (await read(HEADER_OFFSET_AT, 4)).readUInt32LE()
    if ((await read(headerAt, 4)).toString('latin1') !== 'PE\0\0') throw refuse(file)
    const optionalAt = headerAt + OPTIONAL_HEADER_AT
    const magic = (await read(optionalAt, 2)).readUInt16LE()
    if (magic !== 0x10b && magic !== PE32_PLUS) throw refuse(file)
    const entryAt = optionalAt + DIRECTORIES_AT[magic] + CERTIFICATES * ENTRY_BYTES
    // Of this directory alone it is a place in the file.
    const entry = await read(entryAt, ENTRY_BYTES)
    const [table, bytes] = [entry.readUInt32LE(0), entry.readUInt32LE(4)]
    if (table === 0) return
    await handle.write(Buffer.alloc(ENTRY_BYTES), 0, ENTRY_BYTES, entryAt)
    const { size } = await handle.stat()
    if (table + bytes === size) await handle.truncate(table)
  } finally {
    await handle.close()
  }
}

function refuse(file: string): BuildError {
  const failure = { tool: 'node', phase: 'sign', file, lines: [] }
  return new BuildError(`${file} is no program for Windows.`, failure)
}
