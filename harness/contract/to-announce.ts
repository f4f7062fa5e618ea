import { type AnnounceChannel, type AnnounceContract, type AnnouncePattern, DEFAULTS } from './contract.ts'
import type { AnnounceInput, ContractInput, Pattern } from './input.ts'
import { toData } from './pattern.ts'

/** Words that stand for a format, where a template would stand. */
export const LINE_FORMATS: readonly string[] = ['url', 'integer', 'go-plugin']

type Given = NonNullable<ContractInput['announce']>

/** What a contract says of the announcement, as plain data. */
export function toAnnounce(given: Given): AnnounceContract {
  if (given === 'listener') return { pattern: { kind: 'listener' }, on: { kind: 'listener' } }
  if (typeof given === 'string' || isPattern(given)) {
    return { pattern: toPattern(given, null), on: { kind: 'stdout' } }
  }
  return { pattern: patternOf(given), on: channelOf(given) }
}

function isPattern(given: Pattern | AnnounceInput): given is Pattern {
  return 'source' in given
}

function patternOf({ json, line, where = {}, after, file }: AnnounceInput): AnnouncePattern {
  const before = after ?? null
  if (json !== undefined) {
    return { kind: 'json', fields: typeof json === 'string' ? { port: json } : json, where, after: before }
  }
  if (line !== undefined) return toPattern(line, before)
  // A port file holds the port and no more.
  return file === undefined ? DEFAULTS.announce.pattern : toPattern('{port}', null)
}

function toPattern(line: string | Pattern, after: string | null): AnnouncePattern {
  if (typeof line !== 'string') return { kind: 'regexp', ...toData(line) }
  if (line === 'url') return { kind: 'url', after }
  if (line === 'integer' || line === 'go-plugin') return { kind: line }
  return { kind: 'template', template: line }
}

function channelOf({ on = 'stdout', file }: AnnounceInput): AnnounceChannel {
  if (file !== undefined) return { kind: 'file', path: file }
  return typeof on === 'number' ? { kind: 'descriptor', descriptor: on } : { kind: on }
}
