import { isUtf8 } from 'node:buffer'
import type { Grammar, Reading } from '../contract/announcement.ts'
import { OTHER } from '../contract/grammar/reading.ts'
import type { Line, StreamFlaw, StreamRecording } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'
import { Signal } from './deadline.ts'

/** Kept whole from the start of a stream, and again from its end: enough to read, small enough to hold. */
const HEAD_BYTES = 1024 * 1024
const TAIL_BYTES = 1024 * 1024
/** What is read at a time; larger reads were not quicker in the flood's measurement. */
const READ_BYTES = 64 * 1024
/** The end is kept in a ring, with room in it for the next read. */
const RING_BYTES: number = TAIL_BYTES + READ_BYTES
/** Times are kept per read, and a flood of small writes has very many: these are the tail's. */
const TAIL_READS = 16_384
const MOST_LINES = 10_000
/** A longer line keeps its length and loses its text. */
const LINE_TEXT_BYTES = 4096
const MOST_FLAWS = 20

const EMPTY: Buffer = Buffer.alloc(0)
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d

/** Flaws that single bytes give away; what is no UTF-8 is found otherwise. */
const FLAWS: readonly { kind: StreamFlaw['kind']; bytes: Buffer }[] = [
  { kind: 'escape code', bytes: Buffer.from([0x1b]) },
  { kind: 'NUL', bytes: Buffer.from([0x00]) },
  { kind: 'byte order mark', bytes: Buffer.from([0xef, 0xbb, 0xbf]) },
]

/** A part of a stream without a gap in it. */
export interface Passage {
  /** Memory that is written to again: to be used before anything more is read. */
  readonly bytes: Buffer
  /** Where in the stream it begins. */
  readonly from: number
}

/**
 * One stream as it came: raw bytes and the time of each read. While a life runs only bytes are kept, in
 * two buffers of fixed size, so that a sidecar that floods its log is slowed little and costs no memory.
 * Lines are cut afterwards.
 */
export class Transcript {
  #head: Buffer = EMPTY
  #headBytes = 0
  #headReads: { end: number; atMs: number }[] = []
  #ring: Buffer | null = null
  #desk: Buffer | null = null
  #tailReads: { end: Float64Array; atMs: Float64Array; count: number } | null = null
  #bytes = 0
  #closedAtMs: number | null = null
  readonly #closed = new Signal<void>()

  get bytes(): number {
    return this.#bytes
  }

  /** Where the next bytes are best read to: a flood's are then in their place, and need not be copied. */
  room(): Buffer {
    if (this.#ring === null) {
      this.#desk ??= Buffer.allocUnsafeSlow(READ_BYTES)
      return this.#desk
    }
    const at = placeOf(this.#bytes)
    return this.#ring.subarray(at, at + READ_BYTES)
  }

  /** Keeps what was read, into `room()` or anywhere else. */
  write(chunk: Buffer, atMs: number): void {
    const forHead = Math.min(HEAD_BYTES - this.#headBytes, chunk.length)
    if (forHead > 0) {
      this.#growHead(this.#headBytes + forHead)
      chunk.copy(this.#head, this.#headBytes, 0, forHead)
      this.#headBytes += forHead
      this.#headReads.push({ end: this.#headBytes, atMs })
    }
    this.#bytes += chunk.length
    if (forHead < chunk.length) this.#writeTail(forHead === 0 ? chunk : chunk.subarray(forHead), atMs)
  }

  close(atMs: number): void {
    this.#closedAtMs ??= atMs
    this.#desk = null
    this.#closed.set()
  }

  /** Comes when the last process that held the stream has let go of it: a bounded wait is the caller's affair. */
  whenClosed(): Promise<void> {
    return this.#closed.wait()
  }

  /** What is kept of the raw stream: the head, and the tail where it went on. */
  raw(): { head: Buffer; tail: Buffer } {
    const [first = EMPTY, ...more] = this.#tailSince(0).map(({ bytes }) => bytes)
    return {
      head: this.#head.subarray(0, this.#headBytes),
      tail: more.length === 0 ? first : Buffer.concat([first, ...more]),
    }
  }

  /** What is kept of all that came from an offset on, in order. What is between two passages that do not meet is lost. */
  since(offset: number): readonly Passage[] {
    const tail = this.#tailSince(offset)
    if (offset >= this.#headBytes) return tail
    return [{ bytes: this.#head.subarray(offset, this.#headBytes), from: offset }, ...tail]
  }

  toRecording(transport: StreamRecording['transport'], grammar: Grammar): StreamRecording {
    const { head, tail } = this.raw()
    const omittedBytes = this.#bytes - head.length - tail.length
    const segments: Segment[] =
      omittedBytes === 0
        ? [{ bytes: tail.length === 0 ? head : Buffer.concat([head, tail]), from: 0 }]
        : [
            { bytes: head, from: 0, partial: 'last' },
            { bytes: tail, from: this.#bytes - tail.length, partial: 'first' },
          ]
    const count = segments.reduce((sum, { bytes }) => sum + countLines(bytes), 0)
    const omittedLines = Math.max(0, count - MOST_LINES)
    const lines: Line[] = []
    const flaws: StreamFlaw[] = []
    const read = grammar.begin()
    let index = 0
    let text = ''
    for (const segment of segments) {
      const flawed = !isUtf8(segment.bytes) || FLAWS.some(({ bytes }) => segment.bytes.includes(bytes))
      for (const piece of cutLines(segment)) {
        // The end of a long stream says more about what happened than its middle.
        const kept = omittedLines === 0 || index < MOST_LINES / 2 || index >= count - MOST_LINES / 2
        index += 1
        if (kept) {
          // What floods mostly repeats itself: the same text is held once.
          const own = textOf(piece)
          if (own !== text) text = own
          lines.push(this.#describe(piece, text, read))
        }
        if (flawed && flaws.length < MOST_FLAWS) flaws.push(...this.#findFlaws(piece))
      }
    }
    const closedAtMs = this.#closedAtMs
    return { transport, bytes: this.#bytes, omittedBytes, lines, omittedLines, flaws, closedAtMs }
  }

  #describe(piece: Piece, text: string, read: Grammar['read']): Line {
    const readable = piece.raw.length <= LINE_TEXT_BYTES && !piece.partial
    const reading = withoutToken(readable ? read(text) : OTHER)
    return {
      atMs: this.#timeOf(piece.end),
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

  #findFlaws(piece: Piece): StreamFlaw[] {
    const kinds = FLAWS.filter(({ bytes }) => piece.raw.includes(bytes)).map(({ kind }) => kind)
    // A character that we cut in two ourselves is no flaw.
    if (!piece.partial && !isUtf8(piece.raw)) kinds.push('invalid UTF-8')
    return kinds.map(kind => ({ kind, atMs: this.#timeOf(piece.end), excerpt: printable(textOf(piece)) }))
  }

  #growHead(needed: number): void {
    if (needed <= this.#head.length) return
    // Not from Node's pool: what is kept of it for long keeps all 64 KiB of it.
    const grown = Buffer.allocUnsafeSlow(Math.min(HEAD_BYTES, Math.max(needed, this.#head.length * 2, 4096)))
    this.#head.copy(grown, 0, 0, this.#headBytes)
    this.#head = grown
  }

  #writeTail(chunk: Buffer, atMs: number): void {
    this.#ring ??= Buffer.allocUnsafeSlow(RING_BYTES)
    this.#desk = null
    this.#tailReads ??= { end: new Float64Array(TAIL_READS), atMs: new Float64Array(TAIL_READS), count: 0 }
    const kept = chunk.length > TAIL_BYTES ? chunk.subarray(-TAIL_BYTES) : chunk
    const at = placeOf(this.#bytes - kept.length)
    const isInPlace = kept.buffer === this.#ring.buffer && kept.byteOffset === at
    if (!isInPlace) {
      const untilWrap = Math.min(RING_BYTES - at, kept.length)
      kept.copy(this.#ring, at, 0, untilWrap)
      kept.copy(this.#ring, 0, untilWrap)
    }
    const slot = this.#tailReads.count++ % TAIL_READS
    this.#tailReads.end[slot] = this.#bytes
    this.#tailReads.atMs[slot] = atMs
  }

  /** Two passages that meet, where the ring's end is between them. */
  #tailSince(offset: number): readonly Passage[] {
    const from = Math.max(offset, HEAD_BYTES, this.#bytes - TAIL_BYTES)
    const length = this.#bytes - from
    if (this.#ring === null || length <= 0) return []
    const at = placeOf(from)
    const untilWrap = Math.min(RING_BYTES - at, length)
    const first = { bytes: this.#ring.subarray(at, at + untilWrap), from }
    if (untilWrap === length) return [first]
    return [first, { bytes: this.#ring.subarray(0, length - untilWrap), from: from + untilWrap }]
  }

  /** When the byte that ends before `offset` could be read. */
  #timeOf(offset: number): number {
    if (offset <= this.#headBytes) {
      const reads = this.#headReads
      const read = firstIndex(0, reads.length - 1, index => (reads[index]?.end ?? 0) >= offset)
      return reads[read]?.atMs ?? 0
    }
    const reads = this.#tailReads
    if (reads === null) return 0
    const oldest = Math.max(0, reads.count - TAIL_READS)
    const read = firstIndex(oldest, reads.count - 1, index => (reads.end[index % TAIL_READS] ?? 0) >= offset)
    return reads.atMs[read % TAIL_READS] ?? 0
  }
}

interface Segment extends Passage {
  /** Which of its lines reaches into the bytes that were not kept. */
  readonly partial?: 'first' | 'last'
}

interface Piece {
  readonly raw: Buffer
  /** Where in the stream it ends, its newline included. */
  readonly end: number
  readonly ending: Line['ending']
  /** Not the whole line: the rest was not kept. */
  readonly partial: boolean
}

/** Where in the ring a byte of the stream is, of those behind the head. */
function placeOf(offset: number): number {
  return (offset - HEAD_BYTES) % RING_BYTES
}

function* cutLines({ bytes, from, partial }: Segment): Generator<Piece> {
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start)
    if (newline === -1) {
      const raw = bytes.subarray(start)
      yield {
        raw,
        end: from + bytes.length,
        ending: 'none',
        partial: partial === 'last' || (partial === 'first' && start === 0),
      }
      return
    }
    const crlf = newline > start && bytes[newline - 1] === CARRIAGE_RETURN
    yield {
      raw: bytes.subarray(start, crlf ? newline - 1 : newline),
      end: from + newline + 1,
      ending: crlf ? 'crlf' : 'lf',
      partial: partial === 'first' && start === 0,
    }
    start = newline + 1
  }
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return bytes.length > 0 && bytes.at(-1) !== NEWLINE ? count + 1 : count
}

/** A secret, and no judge's business. */
function withoutToken(reading: Reading): Reading {
  if (reading.kind !== 'announcement') return reading
  const { token: _, ...rest } = reading
  return rest
}

function textOf({ raw }: Piece): string {
  return raw.subarray(0, LINE_TEXT_BYTES).toString('utf8')
}

/** The first index from `low` to `high` for which this holds, where it holds for all that follow; else `high`. */
function firstIndex(low: number, high: number, holds: (index: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
