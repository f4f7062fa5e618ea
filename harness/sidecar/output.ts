import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import type { StreamName } from '../recording/recording.ts'

/** Of a line without end this much is a line: nobody waits for more. */
const LONGEST_LINE = 256 * 1024
/** Kept of each stream to look for what was logged before somebody asked. */
const MOST_LINES = 20_000

/** What it wrote last can be read a moment after its exit is known. */
const NEWS_MS = 100

/** What to look for in a line: a part of it, or a pattern that fits it. */
export type LogPattern = string | RegExp

/** What a sidecar writes, line by line as it comes, and those who wait for a line. */
export class Output {
  readonly #streams: Record<StreamName, Lines> = { stdout: new Lines(), stderr: new Lines() }
  readonly #waiting = new Set<(stream: StreamName, lines: readonly string[]) => void>()

  take(stream: StreamName, chunk: Buffer): void {
    this.#tell(stream, this.#streams[stream].push(chunk))
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
  readonly kept: string[] = []
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  /** The lines that this chunk completes. */
  push(chunk: Buffer): readonly string[] {
    const pieces = (this.#rest + this.#decoder.write(chunk)).split('\n').flatMap(cutLong)
    this.#rest = pieces.pop() ?? ''
    return this.#keep(pieces)
  }

  /** What stands at the end of the stream, without a newline. */
  end(): readonly string[] {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    return this.#keep(rest === '' ? [] : [rest])
  }

  #keep(pieces: readonly string[]): readonly string[] {
    const lines = pieces.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
    for (const line of lines) this.kept.push(line)
    if (this.kept.length > MOST_LINES) this.kept.splice(0, this.kept.length - MOST_LINES)
    return lines
  }
}

/** At the same places whatever pieces it came in. */
function cutLong(line: string): readonly string[] {
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
