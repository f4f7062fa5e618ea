import { stripVTControlCharacters } from 'node:util'
import type { AnnouncePattern } from './contract.ts'

/** What one line says to somebody who waits for the announcement. */
export type Reading =
  | { readonly kind: 'announcement'; readonly port: number; readonly host: string | null }
  /** Not the contract's grammar, but plainly meant to be it. */
  | { readonly kind: 'near-miss'; readonly why: string }
  | { readonly kind: 'other' }

/** A compiled announcement pattern. `read` takes a line without its ending. */
export interface Grammar {
  readonly pattern: AnnouncePattern
  /** The pattern as its user wrote it, for messages. */
  readonly text: string
  read(line: string): Reading
}

/** The pattern could never announce a port. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError'
}

const LAST_PORT = 65_535
const BYTE_ORDER_MARK = '\uFEFF'
const OTHER: Reading = { kind: 'other' }

/** Compiles a pattern once per gate. Throws GrammarError for one that has no port in it. */
export function compileGrammar(pattern: AnnouncePattern): Grammar {
  return pattern.kind === 'template' ? compileTemplate(pattern) : compileRegExp(pattern)
}

/** A pattern as plain data, from what a contract may hold. */
export function toPattern(announce: string | RegExp): AnnouncePattern {
  return typeof announce === 'string'
    ? { kind: 'template', template: announce }
    : { kind: 'regexp', source: announce.source, flags: announce.flags }
}

function compileTemplate(pattern: AnnouncePattern & { kind: 'template' }): Grammar {
  const parts = pattern.template.split(/(\{\w+\})/)
  const unknown = parts.find(part => /^\{\w+\}$/.test(part) && part !== '{port}' && part !== '{host}')
  if (unknown !== undefined) {
    throw new GrammarError(`${unknown} is no placeholder; a template may hold {port} and {host}`)
  }
  for (const placeholder of ['{port}', '{host}']) {
    if (parts.filter(part => part === placeholder).length > 1) {
      throw new GrammarError(`${placeholder} stands in it more than once`)
    }
  }
  if (!parts.includes('{port}')) {
    throw new GrammarError(`"${pattern.template}" has no {port}, so no port could be read from it`)
  }
  const exact = new RegExp(`^${parts.map(exactPart).join('')}$`)
  // A template without a word of its own, `{port}` alone, is near to every line with a number in it.
  const hasWords = parts.some(part => !part.startsWith('{') && /[A-Za-z0-9]/.test(part))
  const loose = hasWords ? new RegExp(parts.map(loosePart).join(''), 'i') : null
  return {
    pattern,
    text: pattern.template,
    read(line) {
      const match = exact.exec(line)
      if (match !== null) return announced(match)
      const disguised = unmask(line, text => exact.test(text))
      if (disguised !== null) return disguised
      const near = loose?.exec(stripVTControlCharacters(line)) ?? null
      return near === null ? OTHER : nearMiss(near.groups?.port ?? '', line, pattern.template)
    },
  }
}

function compileRegExp(pattern: AnnouncePattern & { kind: 'regexp' }): Grammar {
  const text = `/${pattern.source}/${pattern.flags}`
  // `g` and `y` make a RegExp remember where it stopped, and a line would match every second time.
  const expression = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
  if (!pattern.source.includes('(?<port>')) {
    throw new GrammarError(`${text} has no group named port: write (?<port>\\d+)`)
  }
  return {
    pattern,
    text,
    read(line) {
      const match = expression.exec(line)
      if (match !== null) {
        const written = match.groups?.port ?? ''
        return isPort(written) ? announced(match) : nearMiss(written, line, text)
      }
      return unmask(line, candidate => expression.test(candidate)) ?? OTHER
    },
  }
}

function announced(match: RegExpExecArray): Reading {
  const written = match.groups?.port ?? ''
  return isPort(written)
    ? { kind: 'announcement', port: Number(written), host: match.groups?.host ?? null }
    : { kind: 'near-miss', why: wrongPort(written) }
}

function isPort(written: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(written) && Number(written) <= LAST_PORT
}

/** Recognises the right line under a coat of colour, a byte order mark or spaces, and in UTF-16, whose mark is no UTF-8. */
function unmask(line: string, matches: (text: string) => boolean): Reading | null {
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

function nearMiss(written: string, line: string, expected: string): Reading {
  const why = isPort(written) ? `it is not written as ${expected}` : wrongPort(written)
  return { kind: 'near-miss', why: line.includes('\u001B') ? `${why}, and escape codes are in it` : why }
}

function wrongPort(written: string): string {
  if (/^0+$/.test(written)) return 'port 0 is what one asks the system for, never what one gets'
  if (/^0\d+$/.test(written)) return `the port ${written} is padded with zeros`
  if (/^\d+$/.test(written)) return `${written} is beyond the last port, ${LAST_PORT}`
  return `"${written}" is no decimal port number`
}

function exactPart(part: string): string {
  if (part === '{port}') return '(?<port>[0-9]{1,10})'
  if (part === '{host}') return '(?<host>\\[[0-9A-Fa-f:.]+\\]|[^\\s:/]+)'
  return escapeForRegExp(part)
}

/**
 * The same letters and digits in the same order, whatever stands between them, then something like a port. Every
 * repetition has an end: without one, a line of 4,000 colons takes a template with {host} and {port} half a minute.
 */
function loosePart(part: string): string {
  if (part === '{port}')
    return '(?<port>(?:(?<=[\\s:=])[-+])?(?:0x[0-9a-f]+|[0-9][0-9.,_]*|undefined|null|NaN|None))'
  if (part === '{host}') return '\\S{1,64}?'
  return part
    .split(/[^A-Za-z0-9]+/)
    .map(escapeForRegExp)
    .join('[^A-Za-z0-9]{0,16}?')
}

/** RegExp.escape is in Node 24; the published package serves Node 22 too. */
function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
