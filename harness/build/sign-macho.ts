import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { FileBytes } from '../artifact/bytes.ts'
import { type MachOCommand, readCommands, readMachOHeader } from '../artifact/macho-commands.ts'
import { BuildError } from './errors.ts'

/*
 * The signature that linkers give to programs for Apple Silicon, which macOS runs on the machine of whoever has them: a list
 * of the hashes of their pages, by nobody. xnu, osfmk/kern/cs_blobs.h; cctools and lld and Go's linker write the same.
 */

const MH_MAGIC_64 = 0xfeedfacf
const LC_SEGMENT_64 = 0x19
const LC_CODE_SIGNATURE = 0x1d
const SIGNATURE_COMMAND_BYTES = 16

const EMBEDDED_SIGNATURE = 0xfade0cc0
const CODE_DIRECTORY = 0xfade0c02
/** With the fields of the executable segment, which arm64 has to have. */
const VERSION = 0x20400
/** Ad hoc, and signed by a linker: `codesign` replaces such a one without being forced to. */
const FLAGS = 0x2 | 0x20000
const SHA256 = { type: 2, bytes: 32 }
const PAGE_BITS = 12
const PAGE_BYTES = 2 ** PAGE_BITS
const EXECSEG_MAIN_BINARY = 1

/** Of the blob of blobs, with one in it. */
const INDEX_BYTES = 20
const DIRECTORY_BYTES = 88
/** codesign puts signatures there. */
const SIGNATURE_ALIGNMENT = 16
/** Segments are mapped in pages of the largest size that Macs have. */
const SEGMENT_ALIGNMENT = 0x4000
/** A multiple of a page. */
const HASHED_AT_ONCE = 1024 * 1024

/**
 * Signs a Mach-O program for one processor ad hoc, in the place of the signature that it has. The last of what is done to it:
 * a change afterwards makes it one that macOS kills. Throws BuildError for what is no such program, or has no room.
 */
export async function signMachO(file: string, identifier: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    const { size } = await handle.stat()
    const program = await readProgram(new FileBytes(handle, size), size)
    if (typeof program === 'string') throw refuse(file, program)
    const limit = Math.ceil(program.end / SIGNATURE_ALIGNMENT) * SIGNATURE_ALIGNMENT
    const bytes = signatureBytes(limit, identifier)
    await writeHeader(handle, program, limit, bytes)
    // What was behind is the old signature.
    await handle.truncate(limit)
    const hashes = await hashPages(handle, limit)
    await handle.write(makeSignature(hashes, limit, identifier, program.text), 0, bytes, limit)
  } finally {
    await handle.close()
  }
}

interface Segment {
  readonly name: string
  /** In bytes of the file. */
  readonly at: number
  readonly address: number
  readonly memoryBytes: number
  readonly offset: number
  readonly bytes: number
}

interface Program {
  readonly text: Segment
  readonly linkedit: Segment
  readonly commandCount: number
  readonly commandsEnd: number
  /** Where the command that tells of the signature is, or can be put. */
  readonly signatureAt: number
  readonly isSigned: boolean
  /** Of what is to be signed. */
  readonly end: number
}

/** What is to be known of it; or why it cannot be signed, in words that go on from "it". */
async function readProgram(bytes: FileBytes, size: number): Promise<Program | string> {
  const header = await readMachOHeader(bytes)
  if (header === null || (await bytes.fields(0, 4, 'little'))?.u32(0) !== MH_MAGIC_64)
    return 'is no 64-bit Mach-O program for one processor'
  const commands = await readCommands(bytes, header)
  if ('kind' in commands) return 'has a damaged header'
  const segments = commands.filter(({ type }) => type === LC_SEGMENT_64).map(toSegment)
  const text = segments.find(({ name }) => name === '__TEXT')
  const linkedit = segments.find(({ name }) => name === '__LINKEDIT')
  if (text === undefined || linkedit === undefined) return 'has no __TEXT, or no __LINKEDIT'
  if (segments.some(({ address }) => address > linkedit.address)) return 'has a segment behind __LINKEDIT'
  const signed = commands.find(({ type }) => type === LC_CODE_SIGNATURE)
  const linkeditEnd = linkedit.offset + linkedit.bytes
  // Whatever a packer has appended would stand in the signature's way, and be signed by nobody.
  if (linkeditEnd !== size) return 'has something appended behind its last segment'
  const { commandCount, commandsEnd } = header
  const known = { text, linkedit, commandCount, commandsEnd }
  if (signed !== undefined) {
    return { ...known, signatureAt: signed.offset, isSigned: true, end: signed.fields.u32(8) }
  }
  const room = (await firstContent(bytes, commands)) - commandsEnd
  return room < SIGNATURE_COMMAND_BYTES
    ? 'has no room in its header for one more command'
    : { ...known, signatureAt: commandsEnd, isSigned: false, end: size }
}

function toSegment({ offset, fields }: MachOCommand): Segment {
  const letters = Array.from(
    { length: 16 },
    (_, index) => (fields.u32(8 + (index & ~3)) >>> ((index & 3) * 8)) & 0xff,
  )
  return {
    name: String.fromCharCode(...letters).split('\0', 1)[0] ?? '',
    at: offset,
    address: fields.u64(24),
    memoryBytes: fields.u64(32),
    offset: fields.u64(40),
    bytes: fields.u64(48),
  }
}

/** Where the contents of the first section begin, up to which linkers leave room for such as this. */
async function firstContent(bytes: FileBytes, commands: readonly MachOCommand[]): Promise<number> {
  let first = Number.POSITIVE_INFINITY
  for (const { type, offset, fields } of commands) {
    if (type !== LC_SEGMENT_64) continue
    for (let index = 0; index < fields.u32(64); index += 1) {
      const section = await bytes.fields(offset + 72 + index * 80, 80, 'little')
      const at = section?.u32(48) ?? 0
      // Zero for what is made of zeros, and stands in no file.
      if (at > 0) first = Math.min(first, at)
    }
  }
  return first
}

async function writeHeader(
  handle: FileHandle,
  { linkedit, commandCount, commandsEnd, signatureAt, isSigned }: Program,
  limit: number,
  signature: number,
): Promise<void> {
  if (!isSigned) {
    await writeNumbers(handle, 16, [commandCount + 1, commandsEnd - 32 + SIGNATURE_COMMAND_BYTES])
  }
  await writeNumbers(handle, signatureAt, [LC_CODE_SIGNATURE, SIGNATURE_COMMAND_BYTES, limit, signature])
  const bytes = limit + signature - linkedit.offset
  const mapped = Math.ceil(bytes / SEGMENT_ALIGNMENT) * SEGMENT_ALIGNMENT
  const sizes = Buffer.alloc(24)
  sizes.writeBigUInt64LE(BigInt(Math.max(mapped, linkedit.memoryBytes)), 0)
  sizes.writeBigUInt64LE(BigInt(linkedit.offset), 8)
  sizes.writeBigUInt64LE(BigInt(bytes), 16)
  await handle.write(sizes, 0, sizes.length, linkedit.at + 32)
}

async function writeNumbers(handle: FileHandle, at: number, numbers: readonly number[]): Promise<void> {
  const bytes = Buffer.alloc(numbers.length * 4)
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number, index * 4)
  await handle.write(bytes, 0, bytes.length, at)
}

async function hashPages(handle: FileHandle, limit: number): Promise<Buffer> {
  const hashes: Buffer[] = []
  const chunk = Buffer.alloc(HASHED_AT_ONCE)
  for (let from = 0; from < limit; from += HASHED_AT_ONCE) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(HASHED_AT_ONCE, limit - from), from)
    for (let at = 0; at < bytesRead; at += PAGE_BYTES) {
      const page = chunk.subarray(at, Math.min(at + PAGE_BYTES, bytesRead))
      hashes.push(createHash('sha256').update(page).digest())
    }
  }
  return Buffer.concat(hashes)
}

function signatureBytes(limit: number, identifier: string): number {
  return (
    INDEX_BYTES + DIRECTORY_BYTES + identifierBytes(identifier) + Math.ceil(limit / PAGE_BYTES) * SHA256.bytes
  )
}

function identifierBytes(identifier: string): number {
  return Buffer.byteLength(identifier) + 1
}

/** Big-endian, whatever the program is. */
function makeSignature(hashes: Buffer, limit: number, identifier: string, text: Segment): Buffer {
  const named = Buffer.from(`${identifier}\0`)
  const bytes = INDEX_BYTES + DIRECTORY_BYTES + named.length + hashes.length
  const head = Buffer.alloc(INDEX_BYTES + DIRECTORY_BYTES)
  const put = (at: number, ...numbers: readonly number[]) => {
    for (const [index, number] of numbers.entries()) head.writeUInt32BE(number, at + index * 4)
  }
  put(0, EMBEDDED_SIGNATURE, bytes, 1, 0, INDEX_BYTES)
  const hashesAt = DIRECTORY_BYTES + named.length
  put(INDEX_BYTES, CODE_DIRECTORY, bytes - INDEX_BYTES, VERSION, FLAGS, hashesAt, DIRECTORY_BYTES)
  put(INDEX_BYTES + 24, 0, hashes.length / SHA256.bytes, limit)
  head.set([SHA256.bytes, SHA256.type, 0, PAGE_BITS], INDEX_BYTES + 36)
  head.writeBigUInt64BE(BigInt(text.offset), INDEX_BYTES + 64)
  head.writeBigUInt64BE(BigInt(text.bytes), INDEX_BYTES + 72)
  head.writeBigUInt64BE(BigInt(EXECSEG_MAIN_BINARY), INDEX_BYTES + 80)
  return Buffer.concat([head, named, hashes])
}

function refuse(file: string, why: string): BuildError {
  const failure = { tool: 'node', phase: 'sign', file, lines: [] }
  return new BuildError(`${file} cannot be signed for macOS: it ${why}.`, failure)
}
