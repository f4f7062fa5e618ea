import { StringDecoder } from 'node:string_decoder'
import type { StreamName } from '../recording/recording.ts'

/** As much of a line as anybody reads; the rest of a longer one is left out. */
const LONGEST_CHARACTERS = 512
/** More in one second nobody reads: what a flood says is in the recording. */
const MOST_PER_SECOND = 100
const WINDOW_MS = 1_000

/** A line as it is shown while it is written. */
export interface LiveLine {
  readonly atMs: number
  readonly text: string
}

/** Cuts what a stream brings into lines to show, and keeps a flood from filling the screen. */
export class LiveLines {
  readonly stream: StreamName
  readonly #show: (line: LiveLine) => void
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''
  #isCut = false
  #window = { sinceMs: 0, shown: 0, omitted: 0 }

  constructor(stream: StreamName, show: (line: LiveLine) => void) {
    this.stream = stream
    this.#show = show
  }

  push(chunk: Buffer, atMs: number): void {
    const pieces = this.#decoder.write(chunk).split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      this.#add(piece)
      this.#line(this.#take(), atMs)
    }
    this.#add(last)
  }

  /** What stands at the end of the stream, without a newline. */
  end(atMs: number): void {
    this.#add(this.#decoder.end())
    if (this.#rest !== '') this.#line(`${this.#take()} (no newline ends it)`, atMs)
    this.#tellOmitted(atMs)
  }

  #add(text: string): void {
    if (this.#isCut) return
    const whole = this.#rest + text
    this.#isCut = whole.length > LONGEST_CHARACTERS
    // Half of a pair of surrogates would be shown as a character that nobody has written.
    this.#rest = this.#isCut ? whole.slice(0, LONGEST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '') : whole
  }

  #take(): string {
    const text = this.#isCut ? `${this.#rest}…` : this.#rest.replace(/\r$/, '')
    this.#rest = ''
    this.#isCut = false
    return text
  }

  #line(text: string, atMs: number): void {
    if (atMs - this.#window.sinceMs >= WINDOW_MS) {
      this.#tellOmitted(atMs)
      this.#window = { sinceMs: atMs, shown: 0, omitted: 0 }
    }
    if (this.#window.shown === MOST_PER_SECOND) {
      this.#window.omitted += 1
      return
    }
    this.#window.shown += 1
    this.#show({ atMs, text })
  }

  #tellOmitted(atMs: number): void {
    const { omitted } = this.#window
    if (omitted > 0) this.#show({ atMs, text: `… ${omitted} more ${omitted === 1 ? 'line' : 'lines'}` })
  }
}
