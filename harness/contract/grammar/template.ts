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
  const findNear = hasWords ? compileLoose(parts) : () => null
  const hasPort = parts.includes('{port}')
  return line => {
    const match = exact.exec(line)
    if (match !== null) return toReading(match.groups ?? {})
    const disguised = unmask(line, text => exact.test(text))
    if (disguised !== null) return disguised
    const near = findNear(stripVTControlCharacters(line))
    if (near === null) return OTHER
    return hasPort
      ? nearMiss(near.port, line, template)
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

/** What was written where the port belongs; empty in a template without one. */
type FindNear = (line: string) => { readonly port: string } | null

/**
 * The same letters and digits in the same order, whatever stands between them, then something like a port, an address
 * or a path. Each is looked for right behind the one before, and never elsewhere once it is found: one expression for
 * all of them took 17 s for `a {host} {token} b {port}` and a line of dashes.
 */
function compileLoose(parts: readonly string[]): FindNear {
  const steps = stepsOf(parts)
  const [first = /(?:)/g, ...others] = steps.map((step, index) => new RegExp(step, index === 0 ? 'gi' : 'iy'))
  return line => {
    for (const start of line.matchAll(first)) {
      let at = start.index + start[0].length
      let port = start.groups?.port ?? ''
      const isNear = others.every(step => {
        step.lastIndex = at
        const match = step.exec(line)
        at = step.lastIndex
        port = match?.groups?.port ?? port
        return match !== null
      })
      if (isNear) return { port }
    }
    return null
  }
}

const ANYTHING_BETWEEN = '[^A-Za-z0-9]{0,16}?'
const SOMETHING = '\\S{1,64}?'
/** These can be told by themselves. */
const LOOSE: Readonly<Record<string, string>> = {
  '{port}': '(?<port>(?:(?<=[\\s:=])[-+])?(?:0x[0-9a-f]+|[0-9][0-9.,_]*|undefined|null|NaN|None))',
  '{url}': '\\S{0,64}?:[/\\d]',
  '{socket}': '\\S{0,64}?[/\\\\]',
}

/** Expressions for what can be told by itself, each with what may stand before it. */
function stepsOf(parts: readonly string[]): readonly string[] {
  const steps: string[] = []
  let before: string[] = []
  for (const piece of parts.flatMap(part =>
    part.startsWith('{') ? [part] : part.split(/([^A-Za-z0-9]+)/),
  )) {
    if (piece === '') continue
    const isWord = /^[A-Za-z0-9]/.test(piece)
    const told = isWord ? piece : LOOSE[piece]
    if (told === undefined) before.push(PLACEHOLDERS.includes(piece) ? SOMETHING : ANYTHING_BETWEEN)
    else {
      // It is looked for anywhere, so that nothing has to stand before the first.
      steps.push(steps.length === 0 ? told : `${merge(before)}${told}`)
      before = []
    }
  }
  return before.includes(SOMETHING) ? [...steps, merge(before)] : steps
}

/** Two of them beside each other can share what they find in very many ways: together they find the same. */
function merge(before: readonly string[]): string {
  const count = before.filter(each => each === SOMETHING).length
  return count < 2 ? before.join('') : `.{${count},${count * 64}}?`
}

/** RegExp.escape is in Node 24; the published package serves Node 22 too. */
function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
