import type { FileHandle } from 'node:fs/promises'

/** Header fields lie close together: one page read ahead answers nearly all of them. */
const PAGE_BYTES = 4096

/** Longer than most names of libraries, sections and versions. */
const SHORT_TEXT_BYTES = 64

/** One read of a search: a megabyte takes as long to read as to look through. */
const SEARCH_BYTES = 1024 * 1024

/**
 * A part of an open file, read at positions. Whoever asks for bytes that the file does not have gets null: headers of
 * truncated and damaged files point anywhere.
 */
export class FileBytes {
  /** Bytes in this part. */
  readonly size: number
  readonly #handle: FileHandle
  readonly #start: number
  #page: Buffer = Buffer.alloc(0)
  #pageOffset = 0

  constructor(handle: FileHandle, size: number, start = 0) {
    this.#handle = handle
    this.size = size
    this.#start = start
  }

  /** A part of this part; null when it does not lie within. */
  part(offset: number, size: number): FileBytes | null {
    return this.#has(offset, size) ? new FileBytes(this.#handle, size, this.#start + offset) : null
  }

  /** Exactly `length` bytes at `offset`, or null. */
  async read(offset: number, length: number): Promise<Buffer | null> {
    if (!this.#has(offset, length)) return null
    if (!this.#isInPage(offset, length)) await this.#turnPage(offset, length)
    if (!this.#isInPage(offset, length)) return null // it shrank since its size was taken
    const from = offset - this.#pageOffset
    return this.#page.subarray(from, from + length)
  }

  /** The first bytes, as many as there are up to `length`. */
  async head(length: number): Promise<Buffer> {
    return (await this.read(0, Math.min(length, this.size))) ?? Buffer.alloc(0)
  }

  /** The numbers of a header: `length` bytes at `offset`, or null. */
  async fields(offset: number, length: number, endianness: 'little' | 'big'): Promise<Fields | null> {
    const bytes = await this.read(offset, length)
    return bytes === null ? null : new Fields(bytes, endianness)
  }

  /** Where these bytes first lie within a range; null when they do not. Reads no further than that. */
  async find(needle: Buffer, offset: number, length: number): Promise<number | null> {
    const end = Math.min(offset + length, this.size)
    const chunk = Buffer.allocUnsafe(Math.max(0, Math.min(SEARCH_BYTES + needle.length, end - offset)))
    for (let from = offset; from + needle.length <= end; from += SEARCH_BYTES) {
      const wanted = Math.min(chunk.length, end - from)
      const { bytesRead } = await this.#handle.read(chunk, 0, wanted, this.#start + from)
      const found = chunk.subarray(0, bytesRead).indexOf(needle)
      if (found !== -1) return from + found
      if (bytesRead < wanted) return null // it shrank since its size was taken
    }
    return null
  }

  /** Text that ends at the first NUL, of `maxBytes` at most; null when it begins outside. */
  async text(offset: number, maxBytes: number): Promise<string | null> {
    const longest = Math.min(maxBytes, this.size - offset)
    // Nearly all texts are short, and then lie within the page that is there already.
    const start = await this.read(offset, Math.min(longest, SHORT_TEXT_BYTES))
    const bytes = start === null || start.includes(0) ? start : await this.read(offset, longest)
    if (bytes === null) return null
    const end = bytes.indexOf(0)
    return bytes.toString('utf8', 0, end === -1 ? bytes.length : end)
  }

  #has(offset: number, length: number): boolean {
    return offset >= 0 && length >= 0 && offset + length <= this.size
  }

  #isInPage(offset: number, length: number): boolean {
    return offset >= this.#pageOffset && offset + length <= this.#pageOffset + this.#page.length
  }

  /** From a multiple of the page's size on: tables of names are read backwards as often as forwards. */
  async #turnPage(offset: number, length: number): Promise<void> {
    const from = offset - (offset % PAGE_BYTES)
    const end = Math.min(Math.max(offset + length, from + PAGE_BYTES), this.size)
    const page = Buffer.alloc(end - from)
    const { bytesRead } = await this.#handle.read(page, 0, page.length, this.#start + from)
    this.#page = page.subarray(0, bytesRead)
    this.#pageOffset = from
  }
}

/** Numbers of a header in its own byte order. */
export class Fields {
  readonly #view: DataView
  readonly #little: boolean

  constructor(bytes: Buffer, endianness: 'little' | 'big') {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#little = endianness === 'little'
  }

  u16(offset: number): number {
    return this.#view.getUint16(offset, this.#little)
  }

  u32(offset: number): number {
    return this.#view.getUint32(offset, this.#little)
  }

  /** Rounded above 2^53, which is outside any file. */
  u64(offset: number): number {
    return Number(this.#view.getBigUint64(offset, this.#little))
  }

  /** An address, an offset or a size: as wide as the program's class. */
  word(offset: number, bits: 32 | 64): number {
    return bits === 64 ? this.u64(offset) : this.u32(offset)
  }
}
