import { constants } from 'node:os'
import { z } from 'zod'

/** Node refuses to set a timer beyond this, and one that long is no budget. */
const LONGEST_BUDGET_MS = 3_600_000
/** Enough for any load that a desktop app puts on its sidecar; more is a typo. */
const MOST_INSTANCES = 500

const milliseconds = z.number().int().min(1).max(LONGEST_BUDGET_MS)

const signalName = z.enum(Object.keys(constants.signals) as [NodeJS.Signals, ...NodeJS.Signals[]])
const stopSignal = z.enum(['SIGTERM', 'SIGINT'])
const cleanExits = z.array(z.union([z.number().int().min(0).max(255), signalName])).min(1)

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

/** What a contract may hold. The one place that knows its keys: types, validation and messages come from it. */
export const contractInputSchema: z.ZodType<ContractInput> = z.strictObject({
  name: z.string().min(1).optional(),
  binary: z.string().min(1).optional(),
  build: z.strictObject({ entry: z.string().min(1) }).optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  announce: z.union([z.string().min(1), z.instanceof(RegExp)]).optional(),
  health: z
    .strictObject({
      path: z.string().startsWith('/').optional(),
      status: z.number().int().min(100).max(599).optional(),
      schema: standardSchema.optional(),
    })
    .optional(),
  stop: z
    .strictObject({
      signals: z.array(stopSignal).min(1).optional(),
      accept: z.strictObject({ SIGTERM: cleanExits.optional(), SIGINT: cleanExits.optional() }).optional(),
    })
    .optional(),
  logs: z.strictObject({ stdout: z.array(z.instanceof(RegExp)).optional() }).optional(),
  fleet: z.strictObject({ instances: z.number().int().min(2).max(MOST_INSTANCES).optional() }).optional(),
  budgets: z.strictObject({ readyMs: milliseconds.optional(), graceMs: milliseconds.optional() }).optional(),
}) as z.ZodType<ContractInput>

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
  timestamp: z.iso.datetime(),
  uptime: z.number().min(0),
})
