import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { contractInputSchema } from '../../harness/contract/schema.ts'

/* The keys that a contract may have, as the schema knows them, and what docs/contract.md says of each. */

export const PAGE: URL = new URL('../../docs/contract.md', import.meta.url)

/** Keys that are told as one: what may stand in them is a list, or the same as elsewhere. */
const WHOLE = new Set(['stop.accept', 'stop.windows', 'stop.macos', 'stop.linux'])

/** `health.path`, `fleet.instances`: every key that a user can write. */
export function keysOfAContract(): readonly string[] {
  return keysOf(contractInputSchema, '')
}

function keysOf(schema: unknown, prefix: string): readonly string[] {
  const objects = bare(schema).filter(each => each instanceof z.ZodObject)
  const keys = objects.flatMap(({ shape }) => Object.entries(shape))
  return [
    ...new Set(
      keys.flatMap(([name, value]) => {
        const key = `${prefix}${name}`
        const alternatives = bare(value)
        // One that has keys of its own and nothing else is no more than their group.
        const isGroup = alternatives.every(each => each instanceof z.ZodObject)
        if (WHOLE.has(key)) return [key]
        return [...(isGroup ? [] : [key]), ...keysOf(value, `${key}.`)]
      }),
    ),
    // Those of a RegExp, as JSON has to write it: one thing to its user.
  ].filter(key => !/\.(source|flags)$/.test(key))
}

/** What stands behind "optional", and the alternatives of a choice. */
function bare(schema: unknown): z.ZodType[] {
  if (schema instanceof z.ZodOptional) return bare(schema.unwrap())
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(bare)
  return [schema as z.ZodType]
}

export interface KeyDocs {
  readonly key: string
  /** The cells behind it, as they are written. */
  readonly byDefault: string
  readonly meaning: string
}

/** The rows of the page's tables that are about a key, in its order. */
export async function readKeyDocs(): Promise<readonly KeyDocs[]> {
  const page = await readFile(PAGE, 'utf8')
  const rows = page.matchAll(/^\| `(?<key>[$\w.]+)` +\| (?<byDefault>.*?) +\| (?<meaning>.*?) +\|$/gm)
  return [...rows].map(({ groups = {} }) => {
    const { key = '', byDefault = '', meaning = '' } = groups
    return { key, byDefault, meaning }
  })
}
