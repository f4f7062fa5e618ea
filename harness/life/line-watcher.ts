/** No announcement is longer; a line beyond it is skipped to its end. */
const LONGEST_LINE_BYTES = 4096
const NEWLINE = 0x0a

/**
 * Hands out lines the moment they are complete, whatever pieces they came in. Only newline-terminated lines
 * count: a look at a half-read line would see port 41 in `41234`.
 */
export class LineWatcher {
  #rest: Buffer = Buffer.alloc(0)
  #skipping = false

  /** The complete lines that this chunk ends, without `\n` or `\r\n`. */
  push(chunk: Buffer): string[] {
    const lines: string[] = []
    let start = 0
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start)
      if (newline === -1) break
      const piece = chunk.subarray(start, newline)
      start = newline + 1
      if (this.#skipping) {
        this.#skipping = false
      } else if (this.#rest.length + piece.length <= LONGEST_LINE_BYTES) {
        const line = Buffer.concat([this.#rest, piece]).toString('utf8')
        lines.push(line.endsWith('\r') ? line.slice(0, -1) : line)
      }
      this.#rest = Buffer.alloc(0)
    }
    const rest = chunk.subarray(start)
    if (this.#skipping || this.#rest.length + rest.length > LONGEST_LINE_BYTES) {
      this.#skipping = true
      this.#rest = Buffer.alloc(0)
    } else {
      // The chunk's memory is read into again as soon as this returns.
      this.#rest = Buffer.concat([this.#rest, rest])
    }
    return lines
  }
}
