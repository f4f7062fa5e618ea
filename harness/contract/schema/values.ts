import { z } from 'zod'
import { suggest } from '../../text/nearest.ts'
import type { Pattern } from '../input.ts'
import { PATTERN_FLAGS } from '../pattern.ts'

/** Values that stand in several places of a contract. */

/**
 * Where a length is asked for. zod asks whatever comes with one, also where it is neither text nor list; and the `length`
 * of an object out of a JSON file can be anything, one that throws when it is compared included.
 */
export function notEmpty(error?: string): {
  readonly error?: string
  readonly when: (checked: { readonly value: unknown }) => boolean
} {
  const when = ({ value }: { readonly value: unknown }) => typeof value === 'string' || Array.isArray(value)
  return error === undefined ? { when } : { error, when }
}

export const text: z.ZodString = z.string().min(1, notEmpty('it is empty'))

export const count: z.ZodNumber = z.number().int().min(1)

/** The kernel ends a string at the first NUL, so there is no way to hand one over. */
export const launchable: z.ZodString = z
  .string()
  .refine(value => !value.includes('\0'), 'it holds a NUL, which no program can be given')

/** What stands in a request line: anything else would be refused by the client, and blamed on the sidecar. */
export const requestPath: z.ZodString = z
  .string()
  .regex(/^\/[\x21-\x7E]*$/, 'expected a path that begins with "/" and holds no spaces (write %20)')

/** One of a few words. A typo is told the nearest. */
export function oneOf<T extends string>(words: readonly [T, ...T[]], what: string): z.ZodType<T> {
  return z.enum(words as [T, ...T[]], {
    error: ({ input }) =>
      `${JSON.stringify(input)} is no such ${what}. ${suggest(typeof input === 'string' ? input : '', words)}`,
  }) as unknown as z.ZodType<T>
}

const regexp = z.instanceof(RegExp)

/** As JSON has to write it. */
const written = z
  .strictObject({ source: text, flags: z.string().optional() })
  .superRefine(({ source, flags = '' }, context) => {
    try {
      new RegExp(source, flags)
    } catch (error) {
      const { message: why } = error as Error
      const message = `it is no RegExp: ${why}${why.includes('flags') ? `; flags are ${PATTERN_FLAGS}` : ''}`
      context.addIssue({ code: 'custom', message })
    }
  })

export const pattern: z.ZodType<Pattern> = z.union([regexp, written], {
  error: 'expected a RegExp, or, as JSON has to write it, { "source": "^ready" }',
}) as z.ZodType<Pattern>
