import {
  GrammarError,
  isPort,
  type Name,
  OTHER,
  PLACES,
  type Reading,
  toReading,
  unmask,
  wrongPort,
} from './reading.ts'

/** Where in an object each name stands: `port`, `data.port`, `$.servers.0.port`. */
export type JsonFields = Readonly<Partial<Record<Name, string>>>

/** What stands in the object that is meant, and not in other ones: `{ type: 'ready' }`. */
export type JsonMarks = Readonly<Record<string, string | number | boolean>>

/**
 * Reads lines that hold an object with the port in it, by itself or behind a text. A port may be a number, a string,
 * or an address with a host. Throws GrammarError.
 */
export function compileJson(
  fields: JsonFields,
  { after, where }: { readonly after: string | null; readonly where: JsonMarks },
): (line: string) => Reading {
  if (!PLACES.some(name => fields[name] !== undefined)) {
    throw new GrammarError('it names no port, url or socket, so nothing could be read from it')
  }
  const find = (line: string) => {
    const value = parse(line, after)
    if (value === null || Object.entries(where).some(([path, meant]) => valueAt(value, path) !== meant))
      return null
    const found: Partial<Record<Name, string>> = {}
    for (const [name, path] of Object.entries(fields) as [Name, string][]) {
      const at = valueAt(value, path)
      if (at !== undefined) found[name] = typeof at === 'string' ? at : JSON.stringify(at)
    }
    // Another object: a log line, say.
    return PLACES.some(name => found[name] !== undefined) ? found : null
  }
  return line => {
    const found = find(line)
    return found === null ? (unmask(line, text => find(text) !== null) ?? OTHER) : toReading(withHost(found))
  }
}

function parse(line: string, after: string | null): unknown {
  const from = after === null ? 0 : line.indexOf(after)
  const text = from === -1 ? '' : trim(line.slice(from + (after?.length ?? 0)))
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text)
  } catch {
    // A line that only looks like it is another line.
    return null
  }
}

function valueAt(value: unknown, path: string): unknown {
  let at = value
  for (const step of path.replace(/^\$\.?/, '').split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<string, unknown>)[step]
  }
  return at
}

/** Not as a string's own trim does it: a byte order mark is no space to whoever reads the line. */
function trim(text: string): string {
  return text.replace(/^[ \t\r]+|[ \t\r]+$/g, '')
}

/** `127.0.0.1:34721`, where a port was looked for. */
function withHost(found: Partial<Record<Name, string>>): Partial<Record<Name, string>> {
  const address = /^(\[[^\]]+\]|[^:]+):([0-9]+)$/.exec(found.port ?? '')
  const [, host, port] = address ?? []
  return host === undefined || port === undefined ? found : { host, ...found, port }
}

/** Reads a first line that is nothing but the port. */
export function readInteger(line: string): Reading {
  const written = trim(line)
  if (isPort(written)) return { kind: 'announcement', port: Number(written), host: null }
  return (
    unmask(line, isPort) ?? {
      kind: 'near-miss',
      why: `the first line has to be the port alone; ${wrongPort(written)}`,
    }
  )
}
