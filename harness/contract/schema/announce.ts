import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { nearest } from '../../text/nearest.ts'
import { compileGrammar, GrammarError } from '../announcement.ts'
import { NAMES } from '../grammar/reading.ts'
import type { ContractInput } from '../input.ts'
import { LINE_FORMATS, toAnnounce } from '../to-announce.ts'
import { pattern, text } from './values.ts'

type Given = NonNullable<ContractInput['announce']>

/** Below these are the streams that every program has. */
const FIRST_DESCRIPTOR = 3
/** A program is given few; a larger number is a typo. */
const LAST_DESCRIPTOR = 32

const fieldPath = z
  .string()
  .regex(/^(\$\.)?[^.\s]+(\.[^.\s]+)*$/, 'expected the path of a field, such as "port" or "data.port"')

/** Relative to what? The sidecar's working directory is another one in each life, and ours is none of its business. */
const filePath = text
  .refine(
    path => path === '' || /^\{(tmp|home|here)\}/.test(path) || isAbsolute(path),
    'expected a path that begins with {tmp}, {home} or {here}, or an absolute one',
  )
  .refine(path => /^[^*]*(\*[^*/\\]*)?$/.test(path), 'expected one * at most, in the name of the file')

const line = z.union([z.string(), pattern], {
  error: 'expected a template such as "BACKEND_PORT:{port}", or a RegExp with a group named port',
})

const detailed = z
  .strictObject({
    line: line.optional(),
    json: z
      .union([fieldPath, z.partialRecord(z.enum(NAMES), fieldPath)], {
        error: 'expected the path of the field with the port, or { port: "data.port", token: "token" }',
      })
      .optional(),
    where: z
      .record(
        fieldPath,
        z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text, a number, true or false' }),
      )
      .optional(),
    after: text.optional(),
    on: z
      .union([z.enum(['stdout', 'stderr']), z.number().int().min(FIRST_DESCRIPTOR).max(LAST_DESCRIPTOR)], {
        error: `expected "stdout", "stderr", or the number of a descriptor from ${FIRST_DESCRIPTOR} to ${LAST_DESCRIPTOR}`,
      })
      .optional(),
    file: filePath.optional(),
  })
  .superRefine(({ line, json, where, after, on, file }, context) => {
    if (line !== undefined && json !== undefined) {
      context.addIssue('it has both line and json: a port is announced in one way')
    }
    if (on !== undefined && file !== undefined) {
      context.addIssue('it has both on and file: a port is announced in one place')
    }
    if (after !== undefined && json === undefined && line !== 'url') {
      context.addIssue({ code: 'custom', path: ['after'], message: 'it belongs to json, or to line: "url"' })
    }
    if (where !== undefined && json === undefined) {
      context.addIssue({ code: 'custom', path: ['where'], message: 'it belongs to json' })
    }
    if (line === 'listener') {
      const message = '"listener" reads no line: write announce: "listener"'
      context.addIssue({ code: 'custom', path: ['line'], message })
    }
  })

export const announce: z.ZodType<Given> = z
  .union([z.string(), pattern, detailed], {
    error:
      'expected a template such as "BACKEND_PORT:{port}", a RegExp with a group named port, or { line, json, where, after, on, file }',
  })
  .superRefine((value, context) => {
    // What is wrong in itself is told already.
    if (context.issues.length > 0) return
    try {
      compileGrammar(toAnnounce(value as Given))
    } catch (error) {
      if (!(error instanceof GrammarError)) throw error
      const near =
        typeof value === 'string' && !value.includes('{')
          ? nearest(value, [...LINE_FORMATS, 'listener'])
          : null
      context.addIssue(near === null ? error.message : `${error.message}. Did you mean "${near}"?`)
    }
  }) as z.ZodType<Given>
