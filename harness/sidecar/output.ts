import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import type { Passage } from '../life/transcript.ts'
import type { StreamName } from '../recording/recording.ts'

/** Of a line without end this much is a line: nobody waits for more. */
const LONGEST_LINE = 256 * 1024
const NEWLINE = 0x0a
/** Kept of each stream to look for what was logged before somebody asked. */
const MOST_LINES = 20_000

/** What it wrote last can be read a moment after its exit is known. */
const NEWS_MS = 100

/** What to look for in a line: a part of it, or a pattern that fits it. */
export type LogPattern = string | RegExp

/** What a sidecar writes, line by line as it comes, and those who wait for a line. */
export class Output {
  readonly #streams: Readonly<Record<StreamName, Lines>>
  readonly #waiting = new Set<(stream: StreamName, lines: readonly string[]) => void>()

  /** Takes what is kept of a stream from an offset on. */
  constructor(since: (stream: StreamName, offset: number) => readonly Passage[]) {
    this.#streams = {
      stdout: new Lines(offset => since('stdout', offset)),
      stderr: new Lines(offset => since('stderr', offset)),
    }
  }

  /** Something came on a stream. To cut a flood into lines takes twenty times as long as to read it, and mostly nobody asks. */
  hasMore(stream: StreamName): void {
    if (this.#waiting.size > 0) this.#tell(stream, this.#streams[stream].next())
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

/** Cuts what a stream has brought into lines, when somebody asks, and keeps the last of them. */
export class Lines {
  readonly #since: (offset: number) => readonly Passage[]
  readonly #kept: string[] = []
  /** Where in the stream the first byte is that was not yet cut. */
  #at = 0
  #decoder = new StringDecoder('utf8')
  #rest = ''

  /** Takes what is kept of the stream from an offset on. */
  constructor(since: (offset: number) => readonly Passage[]) {
    this.#since = since
  }

  /** Those that are there to be looked at. */
  get kept(): readonly string[] {
    this.next()
    return this.#kept
  }

  /** The lines that were completed since somebody asked last. */
  next(): readonly string[] {
    return this.#since(this.#at).flatMap(passage => this.#cut(passage))
  }

  /** And what stands at the end of the stream, without a newline. */
  end(): readonly string[] {
    const lines = this.next()
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    return [...lines, ...this.#keep(rest === '' ? [] : [rest])]
  }

  #cut({ bytes, from }: Passage): readonly string[] {
    const isAfterGap = from > this.#at
    this.#at = from + bytes.length
    // The beginning of a line without its end, and the end of one without its beginning, are no lines.
    if (isAfterGap) {
      this.#rest = ''
      this.#decoder = new StringDecoder('utf8')
    }
    // One that is longer than all that is kept: the rest of it goes on.
    const whole = isAfterGap ? bytes.subarray(bytes.indexOf(NEWLINE) + 1) : bytes
    const pieces = (this.#rest + this.#decoder.write(whole)).split('\n').flatMap(cutLong)
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
