import { basename } from 'node:path'

/** What stands in the words of a life and is its own: no other life says the same of it. */
export interface Own {
  /** The program's file. */
  readonly file: string | null
  /** The port that it announced. */
  readonly port: number | null
}

/** Longer lines are told apart by their beginning. */
const SHAPE_CHARACTERS = 400

/** Each life has a numbered directory of its own in that of its session. */
const LIFE_DIRECTORY = /[^\s"'=,;()]*sidecar-harness-[0-9a-f]{16}(?:[\\/]\d+)?/g

/** What is put in the place of a life's own file, directories and port. */
export function withoutOwn(text: string, { file, port }: Own): string {
  let told = text.replaceAll(LIFE_DIRECTORY, '{life}')
  if (file !== null) told = told.replaceAll(file, '{file}').replaceAll(wholeWord(basename(file)), '{file}')
  return port === null ? told : told.replaceAll(new RegExp(`(?<![\\d.])${port}(?![\\d.]*\\d)`, 'g'), '{port}')
}

/** Other words may have it in them. */
function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\w-])${word.replaceAll(/[^\w-]/g, '\\$&')}(?![\\w-])`, 'g')
}

/**
 * In this order: a time is more than its numbers. An address stays as it is, because another one is a difference; so does
 * what is already named.
 */
const VARYING: readonly (readonly [RegExp, string | null])[] = [
  [/\{(?:life|file|port)\}/, null],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/, '{time}'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/, '{date}'],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?/, '{time}'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/, null],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i, '{id}'],
  [/\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)(?:0x)?[0-9a-f]{8,}\b|\b0x[0-9a-f]+\b/i, '{id}'],
  [/\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}/, '{id}'],
  [/\d+(?:\.\d+)*/, '{n}'],
]

const ANY_VARYING = new RegExp(VARYING.map(([{ source }]) => `(${source})`).join('|'), 'gi')

/** A line without what differs between two lives of one program: numbers, times, ids, and places of its own. */
export function shapeOf(line: string, own: Own): string {
  const shape = withoutOwn(line, own).replaceAll(ANY_VARYING, (matched, ...groups: unknown[]) => {
    const kind = groups.slice(0, VARYING.length).findIndex(group => group !== undefined)
    return VARYING[kind]?.[1] ?? matched
  })
  return shape.slice(0, SHAPE_CHARACTERS)
}
