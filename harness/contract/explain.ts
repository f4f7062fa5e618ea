import { z } from 'zod'
import { suggest } from '../text/nearest.ts'
import { suggestClause } from './clause-names.ts'
import type { ContractProblem } from './errors.ts'
import { contractInputSchema } from './schema.ts'

/** Says what is wrong with a contract, where, and what was probably meant. */
export function explain(issue: z.core.$ZodIssue, contract: unknown): ContractProblem[] {
  const at = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path, contract)
    return issue.keys.map(key => ({
      at: [...issue.path.map(String), key].join('.'),
      message: isKeyedByClauses(issue.path)
        ? `there is no such clause. ${suggestClause(key)}`
        : `there is no such key. ${suggest(key, known)}`,
    }))
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ at, message }))
  }
  const meant = issue.code === 'invalid_union' ? alternativeMeant(alternativesOf(issue)) : null
  return (
    meant?.flatMap(each => explain({ ...each, path: [...issue.path, ...each.path] }, contract)) ?? [
      { at, message: issue.message },
    ]
  )
}

function isKeyedByClauses(path: readonly PropertyKey[]): boolean {
  return path.length === 1 && (path[0] === 'levels' || path[0] === 'waive')
}

type Issues = readonly z.core.$ZodIssue[]

/** An alternative may be a choice itself. */
function alternativesOf({ errors }: z.core.$ZodIssueInvalidUnion): Issues[] {
  return errors.flatMap(issues => {
    const [only, ...others] = issues
    const isChoice = others.length === 0 && only?.code === 'invalid_union' && only.path.length === 0
    return isChoice ? alternativesOf(only) : [issues]
  })
}

/**
 * Of the alternatives that a value may be, the one that it all but is: what is wrong with that one helps. Where several
 * are as near, a key that none of them knows; else null.
 */
function alternativeMeant(alternatives: readonly Issues[]): Issues | null {
  // Of the right kind, and wrong within.
  const near = alternatives
    .filter(issues => issues.every(issue => issue.path.length > 0 || isSaidByUs(issue)))
    .sort((a, b) => weightOf(a) - weightOf(b))
  const [best, second] = near
  if (best === undefined) return null
  if (second === undefined || weightOf(best) < weightOf(second)) return best
  const unknown = near.map(issues => new Set(issues.flatMap(unknownKeys)))
  const keys = [...(unknown[0] ?? [])].filter(key => unknown.every(each => each.has(key)))
  return keys.length === 0 ? null : [{ code: 'unrecognized_keys', keys, path: [], input: {}, message: '' }]
}

/** A key too many, or what a check of ours found. */
function isSaidByUs({ code, message }: z.core.$ZodIssue): boolean {
  return code === 'unrecognized_keys' || (code === 'custom' && message !== 'Invalid input')
}

/** Of an object's own keys: those further in are another object's. */
function unknownKeys(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []
}

/** Where a check of ours was reached, the keys are those of what was meant. */
function weightOf(issues: Issues): number {
  const weights = issues.map(issue =>
    issue.code === 'unrecognized_keys' ? issue.keys.length : issue.code === 'custom' ? 0 : 1,
  )
  return weights.reduce((sum, weight) => sum + weight, 0)
}

/** The keys that the schema knows at a place, for the suggestion beside an unknown one. */
function keysAt(path: readonly PropertyKey[], contract: unknown): string[] {
  let schemas = bare(contractInputSchema, contract)
  let value = contract
  for (const step of path) {
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step]
    schemas = schemas.flatMap(schema => within(schema, String(step))).flatMap(schema => bare(schema, value))
  }
  return [...new Set(schemas.flatMap(keysOf))]
}

/** What stands behind "optional", and the alternatives of a choice: where one key tells which is meant, that one. */
function bare(schema: unknown, value: unknown): unknown[] {
  if (schema instanceof z.ZodOptional) return bare(schema.unwrap(), value)
  if (!(schema instanceof z.ZodUnion)) return [schema]
  const alternatives = schema.options.flatMap(option => bare(option, value))
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return alternatives
  const key = schema.def.discriminator
  const told = (value as Readonly<Record<string, unknown>>)[key]
  return alternatives.filter(
    each => each instanceof z.ZodObject && (each.shape[key] as z.ZodType).safeParse(told).success,
  )
}

function within(schema: unknown, step: string): unknown[] {
  if (schema instanceof z.ZodArray) return [schema.element]
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  return schema instanceof z.ZodObject && step in schema.shape ? [schema.shape[step]] : []
}

function keysOf(schema: unknown): string[] {
  if (schema instanceof z.ZodRecord) {
    return schema.keyType instanceof z.ZodEnum ? schema.keyType.options.map(String) : []
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
