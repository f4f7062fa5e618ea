/** Wide enough for a phrase, narrow enough for any terminal. */
const WIDTH = 76
const ERASE_LINE = '\r\u001B[2K'

export interface Progress {
  say(message: string): void
  clear(): void
}

/** One line that is written over, on a terminal; nothing at all in a log file or in CI. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY || process.env.CI !== undefined) return { say() {}, clear() {} }
  return {
    say: message => void stream.write(`${ERASE_LINE}${message.slice(0, WIDTH)}`),
    clear: () => void stream.write(ERASE_LINE),
  }
}
