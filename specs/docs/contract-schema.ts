import { z } from 'zod'
import { contractInputSchema } from '../../harness/contract/schema.ts'
import type { KeyDocs } from './contract-keys.ts'

/** A JSON Schema, as far as it is looked into here. */
export interface JsonSchema {
  description?: string
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  [keyword: string]: unknown
}

/**
 * The JSON Schema of a contract that is JSON, from the schema that the harness reads it by, and from what
 * docs/contract.md says of each key. What JSON cannot hold (a function, a validator, a RegExp) is no alternative in it;
 * what only the harness can tell (a template without a port) it lets pass.
 */
export function contractJsonSchema(docs: readonly KeyDocs[]): JsonSchema {
  const { $schema, ...contract } = z.toJSONSchema(contractInputSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodCustom) Object.assign(jsonSchema, NEVER)
    },
  }) as JsonSchema
  tidy(contract)
  for (const { key, byDefault, meaning } of docs)
    describe(contract, key.split('.'), textOf(meaning, byDefault))
  return {
    $schema,
    title: 'Contract of a sidecar',
    description: 'What a sidecar promises where that differs from the defaults: docs/contract.md.',
    $defs: { contract },
    anyOf: [
      { $ref: '#/$defs/contract' },
      { type: 'array', minItems: 1, items: { $ref: '#/$defs/contract' } },
    ],
  }
}

/** Nothing that is JSON. */
const NEVER = { not: {} }

/** A choice has no alternative that nothing can be, one within a choice is the same one, and one thing is no choice. */
function tidy(schema: JsonSchema): void {
  for (const within of Object.values(schema).flat()) {
    if (typeof within === 'object' && within !== null) tidy(within as JsonSchema)
  }
  // Of which one key tells which is meant: no value fits two of them.
  if (schema.oneOf !== undefined) {
    schema.anyOf = schema.oneOf
    delete schema.oneOf
  }
  if (schema.anyOf === undefined) return
  const left = schema.anyOf
    .filter(each => each.not === undefined)
    .flatMap(each => (Object.keys(each).join() === 'anyOf' ? (each.anyOf ?? []) : [each]))
  const [only, ...others] = left
  delete schema.anyOf
  Object.assign(schema, others.length === 0 ? only : { anyOf: left })
}

/** Wherever an object of this place can have the key. */
function describe(schema: JsonSchema, [key = '', ...further]: readonly string[], text: string): void {
  for (const alternative of schema.anyOf ?? []) describe(alternative, [key, ...further], text)
  const found = schema.properties?.[key]
  if (found === undefined) return
  if (further.length === 0) found.description = text
  else describe(found, further, text)
}

/** Plain text of a table's cells. */
function textOf(meaning: string, byDefault: string): string {
  const text = `${meaning} Default: ${byDefault}.`
  return text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .replaceAll('\\|', '|')
}
