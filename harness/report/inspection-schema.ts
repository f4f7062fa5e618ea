import { z } from 'zod'
import { type FileDocument, INSPECTION_SCHEMA, type InspectionDocument } from './inspection-document.ts'
import { clause, host, number, publish } from './verdict-schema.ts'

const text = z.string()

const interpreter = z.strictObject({ path: text, argument: text.nullable(), exists: z.boolean() })

const libraries = z.strictObject({
  needed: z.array(z.strictObject({ name: text, by: text.nullable(), path: text.nullable() })),
  versions: z.array(
    z.strictObject({
      by: text.nullable(),
      library: text,
      names: z.array(text),
      lacking: z.array(text),
    }),
  ),
  newestGlibc: text.nullable(),
  searched: z.boolean(),
})

const payload = z.strictObject({
  runtime: z.enum(['node', 'bun', 'deno', 'pyinstaller']),
  version: text.nullable(),
  state: z.enum(['carried', 'bare', 'unlinked', 'lost']),
  bytes: number.nullable(),
})

const signature = z.strictObject({
  kind: z.enum(['none', 'ad-hoc', 'developer-id', 'certificate', 'authenticode', 'damaged']),
  authority: text.nullable(),
  hardenedRuntime: z.boolean().nullable(),
  entitlements: z.array(text),
  pages: z.strictObject({ checked: number, wrong: number }).nullable(),
})

const defect = z.strictObject({
  kind: z.enum([
    'empty',
    'text-without-shebang',
    'not-a-program',
    'truncated',
    'damaged-header',
    'unsigned',
    'broken-signature',
    'shebang-crlf',
    'shebang-empty',
    'shebang-too-long',
    'interpreter-missing',
  ]),
  sentence: z.string().min(1),
})

const file: z.ZodType<FileDocument> = z.strictObject({
  path: text,
  name: text,
  bytes: number,
  mode: z.string().regex(/^[0-7]{4}$/),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  format: z.enum(['elf', 'mach-o', 'mach-o-universal', 'pe', 'script', 'empty', 'unknown']),
  resembles: text.nullable(),
  os: z.enum(['linux', 'macos', 'windows', 'android', 'ios', 'freebsd', 'netbsd', 'openbsd']).nullable(),
  archs: z.array(text),
  machine: text.nullable(),
  bits: z.union([z.literal(32), z.literal(64)]).nullable(),
  endianness: z.enum(['little', 'big']).nullable(),
  libc: z.enum(['gnu', 'musl', 'bionic', 'none']).nullable(),
  interpreter: interpreter.nullable(),
  libraries: libraries.nullable(),
  payload: payload.nullable(),
  language: z.strictObject({ name: z.enum(['go', 'rust']), version: text.nullable() }).nullable(),
  linkage: z.enum(['static', 'dynamic']).nullable(),
  stripped: z.boolean().nullable(),
  compressor: z.literal('upx').nullable(),
  leastGlibc: text.nullable(),
  leastMacos: text.nullable(),
  subsystem: z.enum(['console', 'gui']).nullable(),
  signature: signature.nullable(),
  triple: text.nullable(),
  nameTriple: text.nullable(),
  defects: z.array(defect),
  verdict: z.enum(['pass', 'fail']),
  clauses: z.array(clause),
})

/** What `inspect --json` writes, with nothing left out and nothing beside. */
export const inspectionSchema: z.ZodType<InspectionDocument> = z.strictObject({
  schema: z.literal(INSPECTION_SCHEMA),
  tool: z.strictObject({ name: text, version: text }),
  host,
  contract: text,
  files: z.array(file),
  errors: z.array(
    z.strictObject({
      path: text,
      reason: z.enum(['missing', 'directory', 'not-a-file', 'unreadable']),
      message: z.string().min(1),
    }),
  ),
})

/** The same as JSON Schema, for readers in any language. */
export function inspectionJsonSchema(): Record<string, unknown> {
  return publish(inspectionSchema, {
    title: 'What sidecar-harness inspect has read',
    description: 'What `sidecar-harness inspect --json` writes. docs/inspect.md tells of each field.',
  })
}
