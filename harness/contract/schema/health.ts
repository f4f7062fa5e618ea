import { z } from 'zod'
import type { ContractInput, StandardSchema } from '../input.ts'
import { count, launchable, notEmpty, oneOf, requestPath, text } from './values.ts'

/** More at once is a load test: undici, the kernel's backlog and the harness itself are measured then. */
const MOST_REQUESTS_AT_ONCE = 10_000

const standardSchema = z.custom<StandardSchema>(
  value =>
    (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value,
)

const bodyKey = z.union([text, z.literal(false)], {
  error: 'expected the name of a key of the body, or false where there is none',
})

const headerName = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'that is no name of a header')
const headerValue = launchable.regex(/^[\t\x20-\x7E]*$/, 'a header holds printable ASCII alone')

const asked = z.strictObject({
  protocol: oneOf(['http', 'https'], 'protocol').optional(),
  path: requestPath.optional(),
  status: z.number().int().min(100).max(599).optional(),
  headers: z.record(headerName, headerValue).optional(),
  schema: z
    .union([standardSchema, z.literal(false)], {
      error:
        'expected a Standard Schema validator (zod, valibot, arktype, …), or false where the body may be anything',
    })
    .optional(),
  app: text.optional(),
  version: text.optional(),
  timestamp: bodyKey.optional(),
  uptime: bodyKey.optional(),
  burst: count.max(MOST_REQUESTS_AT_ONCE).optional(),
})

export const health: z.ZodType<NonNullable<ContractInput['health']>> = z.union(
  [asked, z.literal('tcp'), z.literal(false)],
  {
    error:
      'expected { path: "/health", … }, "tcp" where it only accepts connections, or false where it cannot be asked',
  },
) as z.ZodType<NonNullable<ContractInput['health']>>

/** The default contract's health body: `{ status: "ok", app, timestamp, uptime }`. */
export const defaultHealthSchema: StandardSchema = z.looseObject({
  status: z.literal('ok'),
  app: z.string().min(1, notEmpty()),
  // Both are ISO 8601 in UTC; chrono and Python write the second.
  timestamp: z.iso.datetime({ offset: true, abort: true }).regex(/(Z|[+-]00:00)$/, 'expected a time in UTC'),
  uptime: z.number().min(0),
})
