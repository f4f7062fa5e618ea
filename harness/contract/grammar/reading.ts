import { stripVTControlCharacters } from 'node:util'

/** Where a sidecar can be reached, as it said so. */
export interface Endpoint {
  /** Null where it serves on a socket of the file system. */
  readonly port: number | null
  /** Null where none was named, which means loopback. */
  readonly host: string | null
  /** The path of a Unix socket. */
  readonly socket?: string
  /** Whether it is asked by TLS. */
  readonly secure?: true
  /** What requests have to carry. A secret: it is in no recording. */
  readonly token?: string
}

/** What one line says to somebody who waits for the announcement. */
export type Reading =
  | ({ readonly kind: 'announcement' } & Endpoint)
  /** Not the contract's grammar, but plainly meant to be it. */
  | { readonly kind: 'near-miss'; readonly why: string }
  | { readonly kind: 'other' }

/** The pattern could never announce a port. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError'
}

export const OTHER: Reading = { kind: 'other' }

/** What can be named in a line, by a placeholder, by a group, or by a field of JSON. */
export const NAMES = ['port', 'host', 'url', 'socket', 'token'] as const
export type Name = (typeof NAMES)[number]

/** Each of these alone says where it is; one of them has to be there. */
export const PLACES: readonly Name[] = ['port', 'url', 'socket']

const LAST_PORT = 65_535

/** What was found under these names, as an endpoint; or why it is none. */
export function toReading(found: Readonly<Partial<Record<Name, string | undefined>>>): Reading {
  const { port, host, url, socket, token } = found
  const secret = token === undefined ? {} : { token }
  if (url !== undefined) return readUrl(url, secret)
  if (socket !== undefined) return { kind: 'announcement', port: null, host: null, socket, ...secret }
  const written = port ?? ''
  return isPort(written)
    ? { kind: 'announcement', port: Number(written), host: host ?? null, ...secret }
    : { kind: 'near-miss', why: wrongPort(written) }
}

const SECURE = new Set(['https:', 'wss:'])

function readUrl(text: string, secret: { readonly token?: string }): Reading {
  const url = URL.parse(text)
  if (url === null) return { kind: 'near-miss', why: whyNoUrl(text) }
  if (url.protocol === 'unix:') {
    return { kind: 'announcement', port: null, host: null, socket: decodePath(url.pathname), ...secret }
  }
  const secure = SECURE.has(url.protocol)
  // The usual port of a scheme is left out, and a URL's parser takes it away.
  const written =
    url.port === '' ? (/^https?:|^wss?:/.test(url.protocol) ? (secure ? '443' : '80') : '') : url.port
  if (!isPort(written)) return { kind: 'near-miss', why: wrongPort(written) }
  const place = { port: Number(written), host: url.hostname === '' ? null : url.hostname }
  return { kind: 'announcement', ...place, ...(secure ? { secure: true as const } : {}), ...secret }
}

/** A port that cannot be is what most of them fail for. What stands behind the path may be a secret. */
function whyNoUrl(text: string): string {
  const [place = ''] = text.split(/[?#]/)
  const port = /:(\d+)(?:\/|$)/.exec(place)?.[1]
  return port === undefined || isPort(port) ? `"${place}" is no URL` : wrongPort(port)
}

/** A URL's parser writes what is no ASCII as percent signs and digits; the file system knows it as it was. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

export function isPort(written: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(written) && Number(written) <= LAST_PORT
}

export function wrongPort(written: string): string {
  if (/^0+$/.test(written)) return 'port 0 is what one asks the system for, never what one gets'
  if (/^0\d+$/.test(written)) return `the port ${written} is padded with zeros`
  if (/^\d+$/.test(written)) return `${written} is beyond the last port, ${LAST_PORT}`
  return `"${written}" is no decimal port number`
}

const BYTE_ORDER_MARK = '\uFEFF'

/** Recognises the right line under a coat of colour, a byte order mark or spaces, and in UTF-16, whose mark is no UTF-8. */
export function unmask(line: string, matches: (text: string) => boolean): Reading | null {
  const coats: readonly [string, (text: string) => string][] = [
    ['a NUL after each letter, as UTF-16 has it', text => text.replace(/^\uFFFD+(?=.\0)|\0/g, '')],
    ['a byte order mark before it', text => text.replaceAll(BYTE_ORDER_MARK, '')],
    ['terminal escape codes in it', stripVTControlCharacters],
    ['spaces around it', text => text.trim()],
  ]
  const found: string[] = []
  let bare = line
  for (const [name, remove] of coats) {
    const without = remove(bare)
    if (without !== bare) found.push(name)
    bare = without
  }
  return found.length > 0 && matches(bare) ? { kind: 'near-miss', why: found.join(' and ') } : null
}

export function nearMiss(written: string, line: string, expected: string): Reading {
  const why = isPort(written) ? `it is not written as ${expected}` : wrongPort(written)
  return { kind: 'near-miss', why: line.includes('\u001B') ? `${why}, and escape codes are in it` : why }
}
