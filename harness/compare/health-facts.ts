import { type Own, shapeOf, withoutOwn } from './shape.ts'

/** What stands under a key of a health body: `checks.database`, `items[]`; the body itself has none. */
export interface HealthField {
  readonly type: string
  /** As JSON has it; null of what holds others, and of what is in a list. */
  readonly value: string | null
}

export type HealthFacts = Readonly<Record<string, HealthField>>

/** A body deeper than this is no answer to whether something is well. */
const DEEPEST = 8

/** What a health body holds, key by key. One that is no JSON is a text, without what differs from life to life. */
export function readHealth(body: string, own: Own): HealthFacts {
  const fields: Record<string, HealthField> = Object.create(null)
  let whole: unknown
  try {
    whole = JSON.parse(body)
  } catch {
    return { '': { type: 'text', value: shapeOf(body, own) } }
  }
  collect('', whole, false, 0)
  return fields

  function collect(path: string, value: unknown, isListed: boolean, depth: number): void {
    const type = typeOf(value)
    const known = fields[path]
    // A list of several kinds has them all.
    const types = new Set([...(known?.type.split(' or ') ?? []), type])
    const isPlain = type !== 'object' && type !== 'list' && !isListed
    fields[path] = {
      type: [...types].sort().join(' or '),
      value: isPlain ? withoutOwn(JSON.stringify(value), own) : null,
    }
    if (depth === DEEPEST) return
    if (type === 'list') for (const item of value as unknown[]) collect(`${path}[]`, item, true, depth + 1)
    if (type !== 'object') return
    for (const [key, item] of Object.entries(value as object)) {
      collect(path === '' ? key : `${path}.${key}`, item, isListed, depth + 1)
    }
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}
