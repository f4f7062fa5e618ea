import type { AnnounceContract, AnnouncePattern } from './contract.ts'
import { readGoPlugin, readUrl } from './grammar/formats.ts'
import { compileJson, readInteger } from './grammar/json.ts'
import { OTHER, type Reading } from './grammar/reading.ts'
import { compileRegExp } from './grammar/regexp.ts'
import { compileTemplate } from './grammar/template.ts'
import { compileTokens } from './grammar/tokens.ts'

export { type Endpoint, GrammarError, type Reading } from './grammar/reading.ts'

/** Takes a line without its ending. */
type ReadLine = (line: string) => Reading

/** A compiled announcement pattern. */
export interface Grammar {
  readonly announce: AnnounceContract
  /** The pattern as its user wrote it, for messages. */
  readonly text: string
  /** A line that fits it can hardly be anything else, wherever it stands: an address in a log is no announcement. */
  readonly isUnmistakable: boolean
  read: ReadLine
  /** The secrets in a line that was meant to announce one, whether it did or not. */
  tokensIn(line: string): readonly string[]
  /** Reads a stream from its first line on: some announcements are the first line, or the first that fits, and no other. */
  begin(): ReadLine
}

/** Compiles a pattern once per gate. Throws GrammarError for one that has no port in it. */
export function compileGrammar(announce: AnnounceContract): Grammar {
  const { pattern } = announce
  const read = compile(pattern)
  const isUnmistakable = !['url', 'integer', 'listener'].includes(pattern.kind)
  return {
    announce,
    text: describe(pattern),
    isUnmistakable,
    read,
    tokensIn: compileTokens(pattern),
    begin: () => begin(pattern, read),
  }
}

function compile(pattern: AnnouncePattern): ReadLine {
  switch (pattern.kind) {
    case 'template':
      return compileTemplate(pattern.template)
    case 'regexp':
      return compileRegExp(pattern.source, pattern.flags)
    case 'json':
      return compileJson(pattern.fields, pattern)
    case 'url':
      return line => readUrl(line, pattern.after)
    case 'integer':
      return readInteger
    case 'go-plugin':
      return readGoPlugin
    case 'listener':
      return () => OTHER
  }
}

/** How a message names what was to be written. */
export function describe(pattern: AnnouncePattern): string {
  switch (pattern.kind) {
    case 'template':
      return pattern.template
    case 'regexp':
      return `/${pattern.source}/${pattern.flags}`
    case 'json': {
      const fields = Object.entries(pattern.fields).map(([name, path]) =>
        name === path ? name : `${name} at ${path}`,
      )
      const marks = Object.entries(pattern.where).map(([path, value]) => `${path} ${JSON.stringify(value)}`)
      return `${pattern.after === null ? '' : `"${pattern.after}" and `}JSON with ${[...marks, ...fields].join(', ')}`
    }
    case 'url':
      return `a URL with its port${pattern.after === null ? '' : ` after "${pattern.after}" in a line`}`
    case 'integer':
      return 'the port alone on the first line'
    case 'go-plugin':
      return "go-plugin's line CORE|APP|tcp|HOST:PORT|grpc"
    case 'listener':
      return 'a listening socket'
  }
}

/** Whether a token is announced by it. */
export function holdsToken(pattern: AnnouncePattern): boolean {
  if (pattern.kind === 'template') return pattern.template.includes('{token}')
  if (pattern.kind === 'regexp') return pattern.source.includes('(?<token>')
  return pattern.kind === 'json' && pattern.fields.token !== undefined
}

function begin({ kind }: AnnouncePattern, read: ReadLine): ReadLine {
  if (kind === 'integer' || kind === 'go-plugin') return onlyFirst(read)
  return kind === 'url' ? onlyOne(read) : read
}

function onlyFirst(read: ReadLine): ReadLine {
  let isFirst = true
  return line => {
    const reading = isFirst ? read(line) : OTHER
    isFirst = false
    return reading
  }
}

function onlyOne(read: ReadLine): ReadLine {
  let isOver = false
  return line => {
    const reading = isOver ? OTHER : read(line)
    isOver ||= reading.kind === 'announcement'
    return reading
  }
}
