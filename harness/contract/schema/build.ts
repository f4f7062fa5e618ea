import { z } from 'zod'
import { suggest } from '../../text/nearest.ts'
import type { BuildInput } from '../input.ts'
import { launchable, notEmpty, text } from './values.ts'

/** Those that a contract can name in `by`. */
const BUILDERS = ['pkg', 'sea', 'bun', 'go', 'cargo', 'command'] as const

const entry = z.strictObject({ by: z.literal(['pkg', 'bun']).optional(), entry: text })

const sea = z.strictObject({
  by: z.literal('sea'),
  entry: text,
  node: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, 'expected the whole version of a Node, such as "26.10.0"')
    .optional(),
})

/** A word that the tool would take for an option, and do something else. */
const operand = launchable.refine(
  word => word !== '' && !word.startsWith('-'),
  'expected a name, and no option',
)

const go = z.strictObject({ by: z.literal('go'), package: operand.optional() })

const cargo = z.strictObject({
  by: z.literal('cargo'),
  bin: operand.optional(),
  manifest: text.optional(),
  profile: operand.optional(),
})

const command = z
  .strictObject({
    by: z.literal('command'),
    run: z
      .array(
        launchable.refine(word => word !== '', 'it is empty'),
        {
          error: 'expected a command with its arguments: ["make", "backend"]',
        },
      )
      .min(1, notEmpty('it names no program')),
    output: text.optional(),
  })
  .superRefine(({ run, output }, context) => {
    const isTold = run.some(word => word.includes('{output}'))
    if (isTold === (output === undefined)) return
    const message = isTold
      ? 'it has both output and {output} in run: the binary is written to one place'
      : 'it says not where the binary lands: name the file in output, or write {output} in run'
    context.addIssue({ code: 'custom', path: [], message })
  })

export const build: z.ZodType<BuildInput> = z.discriminatedUnion('by', [entry, sea, go, cargo, command], {
  error: issue => {
    if (issue.code !== 'invalid_union') return undefined
    const { by } = issue.input as { readonly by?: unknown }
    const near = suggest(typeof by === 'string' ? by : '', BUILDERS)
    return `${JSON.stringify(by)} is no such builder. ${near}`
  },
}) as z.ZodType<BuildInput>
