/** How the lines begin by which Node's inspector tells of itself (src/inspector_socket_server.cc, src/inspector_agent.cc). */
const BEGINNINGS = [
  'Debugger listening on ws:',
  'Debugger attached.',
  'Debugger ending on ws:',
  'For help, see: https://nodejs.org/',
  'Starting inspector on ',
  'Waiting for the debugger to disconnect',
].map(text => Buffer.from(text))

const NEWLINE = 0x0a

/**
 * Takes out of a stream what an inspector that we have opened says of itself, to the end of its line: none of that are
 * the sidecar's words. All else is passed on at once, but for an end that may become the beginning of such a line.
 */
export class InspectorsWords {
  #held: Buffer = Buffer.alloc(0)

  /** What of this is the sidecar's. */
  push(chunk: Buffer): Buffer {
    // Copied: a chunk's memory is read into again.
    const bytes = Buffer.concat([this.#held, chunk])
    const kept: Buffer[] = []
    let start = 0
    for (;;) {
      const at = findFirst(bytes, start)
      if (at === -1) break
      kept.push(bytes.subarray(start, at))
      // A line of the sidecar's may have no end yet: it goes on behind that of the inspector.
      const newline = bytes.indexOf(NEWLINE, at)
      start = newline === -1 ? bytes.length : newline + 1
      if (newline !== -1) continue
      this.#held = bytes.subarray(at)
      return Buffer.concat(kept)
    }
    const rest = bytes.subarray(start)
    const end = rest.length - countOpen(rest)
    this.#held = rest.subarray(end)
    return Buffer.concat([...kept, rest.subarray(0, end)])
  }

  /** What is still held back, at the end of the stream. */
  flush(): Buffer {
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return findFirst(held, 0) === 0 ? Buffer.alloc(0) : held
  }
}

function findFirst(bytes: Buffer, from: number): number {
  const found = BEGINNINGS.map(words => bytes.indexOf(words, from)).filter(at => at !== -1)
  return found.length === 0 ? -1 : Math.min(...found)
}

/** How many bytes at the end may be the beginning of something. */
function countOpen(bytes: Buffer): number {
  const longest = (words: Buffer) => {
    for (let count = Math.min(words.length - 1, bytes.length); count > 0; count--) {
      if (bytes.subarray(-count).equals(words.subarray(0, count))) return count
    }
    return 0
  }
  return Math.max(...BEGINNINGS.map(longest))
}
