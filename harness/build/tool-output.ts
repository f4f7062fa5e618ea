import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import { printable } from '../text/printable.ts'

/** A compiler says first what is wrong and last that it gives up; of what stands between, nobody reads as much. */
const KEPT_AT_EITHER_END = 100
/** Beyond this a line is no sentence: a program that prints its minified self. */
const LONGEST_LINE = 2_000
/** Without a line's end for so long it is cut where it is, so that a flood takes no memory. */
const LONGEST_PIECE = 256 * 1024

/** What a tool printed, as far as it is worth keeping. */
export interface ToolOutput {
  /** A reader for one of its streams: lines of two streams never mix. */
  reader(): (chunk: Buffer | null) => void
  /** Printable lines, the empty ones left out; in the middle of very many a line says how many are missing. */
  lines(): string[]
}

/** Collects the lines of a tool, and hands each of them on. */
export function collectOutput(onLine: (line: string) => void = () => {}): ToolOutput {
  const first: string[] = []
  const last: string[] = []
  let dropped = 0

  const take = (raw: string) => {
    // What a progress bar wrote over is not seen on a terminal either. Compilers indent by tabs.
    const text = stripVTControlCharacters(raw).replace(/\r$/, '').split('\r').at(-1)?.replaceAll('\t', '  ')
    const line = printable(text?.trimEnd() ?? '', LONGEST_LINE)
    if (line === '') return
    onLine(line)
    if (first.length < KEPT_AT_EITHER_END) {
      first.push(line)
      return
    }
    last.push(line)
    if (last.length <= KEPT_AT_EITHER_END) return
    last.shift()
    dropped++
  }

  return {
    reader: () => readLines(take),
    lines: () => [...first, ...(dropped === 0 ? [] : [`… ${dropped} lines more …`]), ...last],
  }
}

/** Hands on the lines of a stream, whose end is told as null. */
export function readLines(onLine: (line: string) => void): (chunk: Buffer | null) => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return chunk => {
    const pieces = `${rest}${chunk === null ? decoder.end() : decoder.write(chunk)}`.split('\n')
    rest = pieces.pop() ?? ''
    for (const piece of pieces) onLine(piece)
    if (rest === '' || (rest.length <= LONGEST_PIECE && chunk !== null)) return
    onLine(rest)
    rest = ''
  }
}
