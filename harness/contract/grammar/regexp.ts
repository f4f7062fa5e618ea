import { GrammarError, OTHER, PLACES, type Reading, toReading, unmask } from './reading.ts'

/** Reads lines that a RegExp with named groups fits: port, host, url, socket, token. Throws GrammarError. */
export function compileRegExp(source: string, flags: string): (line: string) => Reading {
  // `g` and `y` make a RegExp remember where it stopped, and a line would match every second time.
  const expression = new RegExp(source, flags.replace(/[gy]/g, ''))
  if (!PLACES.some(name => source.includes(`(?<${name}>`))) {
    throw new GrammarError(`/${source}/${flags} has no group named port, url or socket: write (?<port>\\d+)`)
  }
  return line => {
    const match = expression.exec(line)
    if (match !== null) return toReading(match.groups ?? {})
    return unmask(line, candidate => expression.test(candidate)) ?? OTHER
  }
}
