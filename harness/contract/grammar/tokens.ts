import { stripVTControlCharacters } from 'node:util'
import type { AnnouncePattern } from '../contract.ts'

/** Finds what a line may give away. */
type FindTokens = (line: string) => readonly string[]

/** Shorter ones are found in what is an announcement alone: near to one much may stand. */
const SHORTEST = 6
/** A template with fewer letters of its own than this is near to every line. */
const FEWEST_LETTERS = 4

/**
 * Compiles what finds the token in a line that was meant to announce it, also where it does not: with a port that is none,
 * on the wrong stream, without its end. No reading of it is to be had then, and a secret is in it all the same.
 */
export function compileTokens(pattern: AnnouncePattern): FindTokens {
  const expression = expressionFor(pattern)
  if (expression === null) return () => []
  return line =>
    [...stripVTControlCharacters(line).matchAll(expression)]
      .flatMap(({ groups }) => groups?.token ?? [])
      .map(token => (pattern.kind === 'json' ? readString(token) : token))
      .filter(token => token.length >= SHORTEST && !/^\d+$/.test(token))
}

function expressionFor(pattern: AnnouncePattern): RegExp | null {
  switch (pattern.kind) {
    case 'regexp':
      return pattern.source.includes('(?<token>')
        ? new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`)
        : null
    case 'json': {
      const key = pattern.fields.token?.split('.').at(-1)
      // Whatever is wrong with the object, this is how its field is written; its end may be missing.
      return key === undefined
        ? null
        : new RegExp(
            `${escapeForRegExp(JSON.stringify(key))}\\s*:\\s*"(?<token>(?:[^"\\\\]|\\\\.){1,4096})`,
            'g',
          )
    }
    case 'template':
      return inTemplate(pattern.template)
    default:
      return null
  }
}

function inTemplate(template: string): RegExp | null {
  const parts = template.split(/(\{\w+\})/)
  const letters =
    parts
      .filter(part => !part.startsWith('{'))
      .join('')
      .match(/[A-Za-z0-9]/g) ?? []
  if (!parts.includes('{token}') || letters.length < FEWEST_LETTERS) return null
  const source = parts.map(part => {
    if (part === '{token}') return '(?<token>[^\\s|,;"\']{1,4096})'
    return /^\{\w+\}$/.test(part) ? '\\S{0,256}?' : escapeForRegExp(part).replace(/ +/g, '\\s{1,16}')
  })
  return new RegExp(source.join(''), 'gi')
}

function readString(text: string): string {
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    // Cut off in the middle of an escape.
    return text
  }
}

/** RegExp.escape is in Node 24; the published package serves Node 22 too. */
function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
