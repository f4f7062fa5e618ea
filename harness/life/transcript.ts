import { isUtf8 } from 'node:buffer'
import type { Grammar } from '../contract/announcement.ts'
import { printable } from '../recording/printable.ts'
import type { Line, StreamFlaw, StreamRecording } from '../recording/recording.ts'

/** Kept whole from the start of a stream, and again from its end: enough to read, small enough to hold. */
const HEAD_BYTES = 1024 * 1024
const TAIL_BYTES = 1024 * 1024
/** Times are kept per read, and a flood of small writes has very many: these are the tail's. */
const TAIL_READS = 16_384
const MOST_LINES = 10_000
/** A longer line keeps its length and loses its text. */
const LINE_TEXT_BYTES = 4096
const MOST_FLAWS = 20

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * One stream as it came: raw bytes and the time of each read. While a life runs only bytes are copied, into
 * two buffers of fixed size, so that a sidecar that floods its log is slowed little and costs no memory.
 * Lines are cut afterwards.
 */
export class Transcript {
  #head: Buffer = Buffer.alloc(0)
  #headBytes = 0
  #headReads: { end: number; atMs: number }[] = []
  #tail: Buffer | null = null
  #tailReads: { end: Float64Array; atMs: Float64Array; count: number } | null = null
  #bytes = 0
  #closedAtMs: number | null = null

  get bytes(): number {
    return this.#bytes
  }

  write(chunk: Buffer, atMs: number): void {
    const forHead = Math.min(HEAD_BYTES - this.#headBytes, chunk.length)
    if (forHead > 0) {
      this.#growHead(this.#headBytes + forHead)
      chunk.copy(this.#head, this.#headBytes, 0, forHead)
      this.#headBytes += forHead
      this.#headReads.push({ end: this.#headBytes, atMs })
    }
    this.#bytes += chunk.length
    if (forHead < chunk.length) this.#writeTail(chunk.subarray(forHead), atMs)
  }

  close(atMs: number): void {
    this.#closedAtMs ??= atMs
  }

  get closed(): boolean {
    return this.#closedAtMs !== null
  }

  /** What is kept of the raw stream: the head, and the tail where it went on. */
  raw(): { head: Buffer; tail: Buffer } {
    return { head: this.#head.subarray(0, this.#headBytes), tail: this.#tailInOrder() }
  }

  toRecording(transport: StreamRecording['transport'], grammar: Grammar): StreamRecording {
    const { head, tail } = this.raw()
    const omittedBytes = this.#bytes - head.length - tail.length
    const segments =
      omittedBytes === 0
        ? [{ bytes: tail.length === 0 ? head : Buffer.concat([head, tail]), from: 0 }]
        : [
            { bytes: head, from: 0 },
            { bytes: tail, from: this.#bytes - tail.length },
          ]
    const cut: { line: Line; raw: Buffer }[] = []
    for (const { bytes, from } of segments) {
      for (const piece of cutLines(bytes)) {
        cut.push({ line: this.#describe(piece, from, grammar), raw: piece.raw })
      }
    }
    const omittedLines = Math.max(0, cut.length - MOST_LINES)
    // The end of a long stream says more about what happened than its middle.
    const kept = omittedLines === 0 ? cut : [...cut.slice(0, MOST_LINES / 2), ...cut.slice(-MOST_LINES / 2)]
    return {
      transport,
      bytes: this.#bytes,
      omittedBytes,
      lines: kept.map(({ line }) => line),
      omittedLines,
      flaws: findFlaws(cut),
      closedAtMs: this.#closedAtMs,
    }
  }

  #describe(piece: Piece, from: number, grammar: Grammar): Line {
    const text = piece.raw.subarray(0, LINE_TEXT_BYTES).toString('utf8')
    const reading = piece.raw.length > LINE_TEXT_BYTES ? ({ kind: 'other' } as const) : grammar.read(text)
    return {
      atMs: this.#timeOf(from + piece.end),
      text,
      bytes: piece.raw.length,
      ending: piece.ending,
      // Tauri and most line readers never hand out a line that has no end.
      reading:
        piece.ending === 'none' && reading.kind === 'announcement'
          ? { kind: 'near-miss', why: 'no newline ends it, so a reader of lines never gets it' }
          : reading,
    }
  }

  #growHead(needed: number): void {
    if (needed <= this.#head.length) return
    const grown = Buffer.allocUnsafe(Math.min(HEAD_BYTES, Math.max(needed, this.#head.length * 2, 4096)))
    this.#head.copy(grown, 0, 0, this.#headBytes)
    this.#head = grown
  }

  #writeTail(chunk: Buffer, atMs: number): void {
    this.#tail ??= Buffer.allocUnsafe(TAIL_BYTES)
    this.#tailReads ??= { end: new Float64Array(TAIL_READS), atMs: new Float64Array(TAIL_READS), count: 0 }
    const kept = chunk.subarray(Math.max(0, chunk.length - TAIL_BYTES))
    const at = (this.#bytes - HEAD_BYTES - kept.length) % TAIL_BYTES
    const untilWrap = Math.min(TAIL_BYTES - at, kept.length)
    kept.copy(this.#tail, at, 0, untilWrap)
    kept.copy(this.#tail, 0, untilWrap)
    const slot = this.#tailReads.count++ % TAIL_READS
    this.#tailReads.end[slot] = this.#bytes
    this.#tailReads.atMs[slot] = atMs
  }

  #tailInOrder(): Buffer {
    if (this.#tail === null) return Buffer.alloc(0)
    const written = this.#bytes - HEAD_BYTES
    if (written <= TAIL_BYTES) return this.#tail.subarray(0, written)
    const at = written % TAIL_BYTES
    return Buffer.concat([this.#tail.subarray(at), this.#tail.subarray(0, at)])
  }

  /** When the byte that ends before `offset` could be read. */
  #timeOf(offset: number): number {
    if (offset <= this.#headBytes) {
      let low = 0
      let high = this.#headReads.length - 1
      while (low < high) {
        const middle = (low + high) >> 1
        if ((this.#headReads[middle]?.end ?? 0) < offset) low = middle + 1
        else high = middle
      }
      return this.#headReads[low]?.atMs ?? 0
    }
    const reads = this.#tailReads
    if (reads === null) return 0
    const oldest = Math.max(0, reads.count - TAIL_READS)
    for (let index = oldest; index < reads.count; index++) {
      if ((reads.end[index % TAIL_READS] ?? 0) >= offset) return reads.atMs[index % TAIL_READS] ?? 0
    }
    return 0
  }
}

interface Piece {
  readonly raw: Buffer
  readonly end: number
  readonly ending: Line['ending']
}

function* cutLines(bytes: Buffer): Generator<Piece> {
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start)
    if (newline === -1) {
      yield { raw: bytes.subarray(start), end: bytes.length, ending: 'none' }
      return
    }
    const crlf = newline > start && bytes[newline - 1] === CARRIAGE_RETURN
    yield {
      raw: bytes.subarray(start, crlf ? newline - 1 : newline),
      end: newline + 1,
      ending: crlf ? 'crlf' : 'lf',
    }
    start = newline + 1
  }
}

function findFlaws(cut: readonly { line: Line; raw: Buffer }[]): StreamFlaw[] {
  const flaws: StreamFlaw[] = []
  for (const { line, raw } of cut) {
    const kinds: StreamFlaw['kind'][] = []
    if (raw.includes(0x1b)) kinds.push('escape code')
    if (raw.includes(0)) kinds.push('NUL')
    if (raw.includes(BYTE_ORDER_MARK)) kinds.push('byte order mark')
    if (!isUtf8(raw)) kinds.push('invalid UTF-8')
    for (const kind of kinds) flaws.push({ kind, atMs: line.atMs, excerpt: printable(line.text) })
    if (flaws.length >= MOST_FLAWS) break
  }
  return flaws
}
