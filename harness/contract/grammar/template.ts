import { stripVTControlCharacters } from 'node:util'
import { GrammarError, NAMES, nearMiss, OTHER, PLACES, type Reading, toReading, unmask } from './reading.ts'

const PLACEHOLDERS = NAMES.map(name => `{${name}}`)

/** Reads lines that are written as a template has it: `BACKEND_PORT:{port}`. Throws GrammarError. */
export function compileTemplate(template: string): (line: string) => Reading {
  const parts = template.split(/(\{\w+\})/)
  const unknown = parts.find(part => /^\{\w+\}$/.test(part) && !PLACEHOLDERS.includes(part))
  if (unknown !== undefined) {
    const known = `${PLACEHOLDERS.slice(0, -1).join(', ')} and ${PLACEHOLDERS.at(-1)}`
    throw new GrammarError(`${unknown} is no placeholder; a template may hold ${known}`)
  }
  for (const placeholder of PLACEHOLDERS) {
    if (parts.filter(part => part === placeholder).length > 1) {
      throw new GrammarError(`${placeholder} stands in it more than once`)
    }
  }
  if (!PLACES.some(name => parts.includes(`{${name}}`))) {
    throw new GrammarError(`"${template}" has no {port}, {url} or {socket}, so nothing could be read from it`)
  }
  const exact = new RegExp(`^${parts.map(exactPart).join('')}$`)
  // A template without a word of its own, `{port}` alone, is near to every line with a number in it.
  const hasWords = parts.some(part => !part.startsWith('{') && /[A-Za-z0-9]/.test(part))
  const loose = hasWords ? new RegExp(parts.map(loosePart).join(''), 'i') : null
  const hasPort = parts.includes('{port}')
  return line => {
    const match = exact.exec(line)
    if (match !== null) return toReading(match.groups ?? {})
    const disguised = unmask(line, text => exact.test(text))
    if (disguised !== null) return disguised
    const near = loose?.exec(stripVTControlCharacters(line)) ?? null
    if (near === null) return OTHER
    return hasPort
      ? nearMiss(near.groups?.port ?? '', line, template)
      : { kind: 'near-miss', why: `it is not written as ${template}` }
  }
}

const EXACT: Readonly<Record<string, string>> = {
  '{port}': '(?<port>[0-9]{1,10})',
  '{host}': '(?<host>\\[[0-9A-Fa-f:.]+\\]|[^\\s:/]+)',
  '{url}': '(?<url>[a-z][a-z0-9+.-]*://\\S+)',
  // A path, and no other word.
  '{socket}': '(?<socket>[^\\s/\\\\]*[/\\\\](?:.*?\\S)?)',
  '{token}': '(?<token>[^\\s|,;"\']+)',
}

function exactPart(part: string): string {
  return EXACT[part] ?? escapeForRegExp(part)
}

/**
 * The same letters and digits in the same order, whatever stands between them, then something like a port, an address
 * or a path. Every
 * repetition has an end: without one, a line of 4,000 colons takes a template with {host} and {port} half a minute.
 */
function loosePart(part: string): string {
  if (part === '{port}')
    return '(?<port>(?:(?<=[\\s:=])[-+])?(?:0x[0-9a-f]+|[0-9][0-9.,_]*|undefined|null|NaN|None))'
  if (part === '{url}') return '\\S{0,64}?:[/\\d]'
  if (part === '{socket}') return '\\S{0,64}?[/\\\\]'
  if (PLACEHOLDERS.includes(part)) return '\\S{1,64}?'
  return part
    .split(/[^A-Za-z0-9]+/)
    .map(escapeForRegExp)
    .join('[^A-Za-z0-9]{0,16}?')
}

/** RegExp.escape is in Node 24; the published package serves Node 22 too. */
function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
