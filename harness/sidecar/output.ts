import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import type { StreamName } from '../recording/recording.ts'

/** Of a line without end this much is a line: nobody waits for more. */
const LONGEST_LINE = 256 * 1024
const NEWLINE = 0x0a
/** Kept of each stream to look for what was logged before somebody asked. */
const MOST_LINES = 20_000
/** Kept as it came, twice over: what so many lines of a log take. */
const HELD_BYTES = 2 * 1024 * 1024

/** What it wrote last can be read a moment after its exit is known. */
const NEWS_MS = 100

/** What to look for in a line: a part of it, or a pattern that fits it. */
export type LogPattern = string | RegExp

/** What a sidecar writes, line by line as it comes, and those who wait for a line. */
export class Output {
  readonly #streams: Record<StreamName, Lines> = { stdout: new Lines(), stderr: new Lines() }
  readonly #waiting = new Set<(stream: StreamName, lines: readonly string[]) => void>()

  take(stream: StreamName, chunk: Buffer): void {
    // To cut a flood into lines takes twenty times as long as to read it, and mostly nobody asks.
    if (this.#waiting.size === 0) this.#streams[stream].hold(chunk)
    else this.#tell(stream, this.#streams[stream].push(chunk))
  }

  #tell(stream: StreamName, lines: readonly string[]): void {
    if (lines.length > 0) for (const look of this.#waiting) look(stream, lines)
  }

  /** The first line that fits, of one stream or of both. */
  find(pattern: LogPattern, stream?: StreamName): string | null {
    const fits = matcherOf(pattern)
    const streams: readonly StreamName[] = stream === undefined ? ['stderr', 'stdout'] : [stream]
    for (const name of streams) {
      const line = this.#streams[name].kept.find(fits)
      if (line !== undefined) return line
    }
    return null
  }

  /**
   * Comes back with the first line that fits, as soon as there is one; with null when the time is over, or the sidecar
   * is gone. What it wrote last without a newline counts as a line then.
   */
  async wait(
    pattern: LogPattern,
    stream: StreamName | undefined,
    limitMs: number,
    gone: Promise<void>,
  ): Promise<string | null> {
    const there = this.find(pattern, stream)
    if (there !== null) return there
    const fits = matcherOf(pattern)
    const { promise: found, resolve } = Promise.withResolvers<string>()
    const look = (from: StreamName, lines: readonly string[]) => {
      if (stream !== undefined && from !== stream) return
      const line = lines.find(fits)
      if (line !== undefined) resolve(line)
    }
    const over = new AbortController()
    const { signal } = over
    const late = delay(limitMs, null, { signal })
    const silent = gone.then(() => delay(NEWS_MS, null, { signal })).then(() => this.#end())
    // Aborted, once it is found: nobody listens any more.
    for (const wait of [late, silent]) wait.catch(() => {})
    this.#waiting.add(look)
    try {
      return await Promise.race([found, late, silent])
    } finally {
      this.#waiting.delete(look)
      over.abort()
    }
  }

  /** Those who wait are told what is left, before they are told that there is nothing more. */
  #end(): Promise<null> {
    for (const stream of ['stdout', 'stderr'] as const) this.#tell(stream, this.#streams[stream].end())
    return Promise.resolve(null)
  }
}

/** Cuts what a stream brings into lines, and keeps the last of them. */
export class Lines {
  readonly #kept: string[] = []
  readonly #held = new Held()
  #decoder = new StringDecoder('utf8')
  #rest = ''

  /** Those that are there to be looked at. */
  get kept(): readonly string[] {
    this.#cutHeld()
    return this.#kept
  }

  /** Puts it by, to be cut when somebody asks. */
  hold(chunk: Buffer): void {
    this.#held.add(chunk)
  }

  /** The lines that this chunk completes. */
  push(chunk: Buffer): readonly string[] {
    this.#cutHeld()
    return this.#cut(chunk)
  }

  /** What stands at the end of the stream, without a newline. */
  end(): readonly string[] {
    this.#cutHeld()
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    return this.#keep(rest === '' ? [] : [rest])
  }

  #cutHeld(): void {
    const { bytes, isAfterGap } = this.#held.take()
    if (!isAfterGap) {
      if (bytes.length > 0) this.#cut(bytes)
      return
    }
    // The beginning of a line without its end, and the end of one without its beginning, are no lines.
    this.#rest = ''
    this.#decoder = new StringDecoder('utf8')
    const newline = bytes.indexOf(NEWLINE)
    // One that is longer than all that is held: the rest of it goes on.
    this.#cut(newline === -1 ? bytes : bytes.subarray(newline + 1))
  }

  #cut(chunk: Buffer): readonly string[] {
    const pieces = (this.#rest + this.#decoder.write(chunk)).split('\n').flatMap(cutLong)
    this.#rest = pieces.pop() ?? ''
    return this.#keep(pieces)
  }

  #keep(pieces: readonly string[]): readonly string[] {
    const lines = pieces.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
    for (const line of lines) this.#kept.push(line)
    if (this.#kept.length > MOST_LINES) this.#kept.splice(0, this.#kept.length - MOST_LINES)
    return lines
  }
}

/** Bytes that were copied: whoever reads a stream reads into the same buffer again. */
interface Copied {
  readonly buffer: Buffer
  readonly length: number
}

const NOTHING: Copied = { buffer: Buffer.alloc(0), length: 0 }

/** The last of a stream, as it came: between one and two times HELD_BYTES, however much that was. */
class Held {
  #older = NOTHING
  #newer = NOTHING
  #isAfterGap = false

  add(chunk: Buffer): void {
    this.#newer = append(this.#newer, chunk)
    if (this.#newer.length < HELD_BYTES) return
    if (this.#older.length > 0) this.#isAfterGap = true
    const { buffer } = this.#older
    this.#older = this.#newer
    this.#newer = { buffer, length: 0 }
  }

  /** Hands over what is there; `isAfterGap` where what came before that is lost. */
  take(): { readonly bytes: Buffer; readonly isAfterGap: boolean } {
    const parts = [this.#older, this.#newer].map(({ buffer, length }) => buffer.subarray(0, length))
    const taken = { bytes: Buffer.concat(parts), isAfterGap: this.#isAfterGap }
    this.#older = NOTHING
    this.#newer = NOTHING
    this.#isAfterGap = false
    return taken
  }
}

/** Into the same buffer as long as there is room, and then into one of twice its size. */
function append({ buffer, length }: Copied, chunk: Buffer): Copied {
  const needed = length + chunk.length
  const roomy = buffer.length >= needed ? buffer : Buffer.allocUnsafe(Math.max(needed, 2 * buffer.length))
  if (roomy !== buffer) buffer.copy(roomy, 0, 0, length)
  chunk.copy(roomy, length)
  return { buffer: roomy, length: needed }
}

/** At the same places whatever pieces it came in. */
function cutLong(line: string): string | readonly string[] {
  if (line.length < LONGEST_LINE) return line
  const cuts = Math.floor(line.length / LONGEST_LINE)
  return Array.from({ length: cuts + 1 }, (_, index) =>
    line.slice(index * LONGEST_LINE, (index + 1) * LONGEST_LINE),
  )
}

function matcherOf(pattern: LogPattern): (line: string) => boolean {
  if (typeof pattern === 'string') return line => line.includes(pattern)
  // `g` and `y` make a RegExp remember where it stopped, and a line would match every second time.
  const fresh = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
  return line => fresh.test(line)
}
