import { constants } from 'node:os'
import { z } from 'zod'
import { nearest, suggest } from '../text/nearest.ts'
import { compileGrammar, GrammarError, toPattern } from './announcement.ts'

/** Node refuses to set a timer beyond this, and one that long is no budget. */
const LONGEST_BUDGET_MS = 3_600_000
/** Enough for any load that a desktop app puts on its sidecar; more is a typo. */
const MOST_INSTANCES = 500

const milliseconds = z.number().int().min(1).max(LONGEST_BUDGET_MS)

const text = z.string().min(1, 'it is empty')

/** The kernel ends a string at the first NUL, so there is no way to hand one over. */
const launchable = z
  .string()
  .refine(value => !value.includes('\0'), 'it holds a NUL, which no program can be given')

const SIGNAL_NAMES = Object.keys(constants.signals) as [NodeJS.Signals, ...NodeJS.Signals[]]
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

const stopSignal = z.enum(STOP_SIGNALS, {
  error: ({ input }) => `${JSON.stringify(input)} is no such signal. ${suggest(String(input), STOP_SIGNALS)}`,
})
const stopSignals = z
  .array(stopSignal)
  .min(1, 'it names no signal')
  .refine(signals => new Set(signals).size === signals.length, 'it names a signal twice')
const cleanExit = z.union([z.number().int().min(0).max(255), z.enum(SIGNAL_NAMES)], {
  error: ({ input }) => {
    const near = typeof input === 'string' ? nearest(input, SIGNAL_NAMES) : null
    const expected = 'expected an exit code from 0 to 255, or the name of a signal that it may die of'
    return near === null ? expected : `there is no signal "${input}". Did you mean "${near}"?`
  },
})
const cleanExits = z.array(cleanExit).min(1, 'it allows no end at all')

const announce = z
  .union([z.string(), z.instanceof(RegExp)], {
    error: 'expected a template such as "BACKEND_PORT:{port}", or a RegExp with a group named port',
  })
  .superRefine((value, context) => {
    try {
      compileGrammar(toPattern(value))
    } catch (error) {
      if (!(error instanceof GrammarError)) throw error
      context.addIssue(error.message)
    }
  })

const standardSchema = z.custom<StandardSchema>(
  value =>
    (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value,
  { error: 'expected a Standard Schema validator (zod, valibot, arktype, …)' },
)

/** The part of a Standard Schema validator (https://standardschema.dev) that the harness calls. */
export interface StandardSchema {
  readonly '~standard': {
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>
  }
}

interface StandardResult {
  readonly issues?:
    | readonly {
        readonly message: string
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
      }[]
    | undefined
}

// What stands in a request line: anything else would be refused by the client, and blamed on the sidecar.
const requestPath = z
  .string()
  .regex(/^\/[\x21-\x7E]*$/, 'expected a path that begins with "/" and holds no spaces (write %20)')

const pattern = z.instanceof(RegExp, {
  error: 'expected a RegExp; JSON cannot hold one, so write the contract as .ts or .js',
})

const fields = z.strictObject({
  name: text.optional(),
  binary: text.optional(),
  build: z.strictObject({ entry: text }).optional(),
  args: z.array(launchable).optional(),
  env: z.record(launchable, launchable).optional(),
  announce: announce.optional(),
  health: z
    .strictObject({
      path: requestPath.optional(),
      status: z.number().int().min(100).max(599).optional(),
      schema: standardSchema.optional(),
    })
    .optional(),
  stop: z
    .strictObject({
      signals: stopSignals.optional(),
      accept: z.strictObject({ SIGTERM: cleanExits.optional(), SIGINT: cleanExits.optional() }).optional(),
    })
    .optional(),
  logs: z.strictObject({ stdout: z.array(pattern).optional() }).optional(),
  fleet: z.strictObject({ instances: z.number().int().min(2).max(MOST_INSTANCES).optional() }).optional(),
  budgets: z.strictObject({ readyMs: milliseconds.optional(), graceMs: milliseconds.optional() }).optional(),
})

/** What a contract may hold. The one place that knows its keys: types, validation and messages come from it. */
export const contractInputSchema: z.ZodType<ContractInput> = fields
  .refine(({ build, binary }) => build === undefined || binary !== undefined, {
    path: ['build'],
    error: 'it needs `binary` beside it: the path, without target triple, where the build lands',
    when: isObject,
  })
  .superRefine(({ stop }, context) => {
    for (const signal of Object.keys(stop?.accept ?? {})) {
      if (stop?.signals !== undefined && !stop.signals.some(known => known === signal)) {
        const message = `${signal} is not among stop.signals, so it is never sent`
        context.addIssue({ code: 'custom', path: ['stop', 'accept', signal], message })
      }
    }
  }) as z.ZodType<ContractInput>

/** Also when other keys are wrong, so that everything is said at once. */
function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null
}

/** A contract as its user writes it: every key optional, paths relative to the contract's file. */
export interface ContractInput {
  /** Names the sidecar in reports; the binary's own name where it is left out. */
  name?: string
  /** The binary, without the target triple that is added to it: `src-tauri/binaries/backend`. */
  binary?: string
  /** How to build it: the entry module of a Node program, bundled and packed into one executable. */
  build?: { entry: string }
  args?: string[]
  env?: Record<string, string>
  /** `BACKEND_PORT:{port}`, or a RegExp with a group named `port`. */
  announce?: string | RegExp
  health?: { path?: string; status?: number; schema?: StandardSchema }
  stop?: {
    signals?: ('SIGTERM' | 'SIGINT')[]
    accept?: { SIGTERM?: (number | NodeJS.Signals)[]; SIGINT?: (number | NodeJS.Signals)[] }
  }
  logs?: { stdout?: RegExp[] }
  fleet?: { instances?: number }
  budgets?: { readyMs?: number; graceMs?: number }
}

/** The default contract's health body: `{ status: "ok", app, timestamp, uptime }`. */
export const defaultHealthSchema: StandardSchema = z.looseObject({
  status: z.literal('ok'),
  app: z.string().min(1),
  // Both are ISO 8601 in UTC; chrono and Python write the second.
  timestamp: z.iso.datetime({ offset: true, abort: true }).regex(/(Z|[+-]00:00)$/, 'expected a time in UTC'),
  uptime: z.number().min(0),
})
