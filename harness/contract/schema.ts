import { constants } from 'node:os'
import { isAbsolute, normalize } from 'node:path'
import { z } from 'zod'
import { nearest, suggest } from '../text/nearest.ts'
import { compileGrammar, GrammarError, toPattern } from './announcement.ts'
import { CLAUSE_IDS, type ClauseId, LEVELS, type Level } from './catalogue.ts'
import type { ContractInput, StandardSchema } from './input.ts'

/** Node refuses to set a timer beyond this, and one that long is no budget. */
const LONGEST_BUDGET_MS = 3_600_000
/** Enough for any load that a desktop app puts on its sidecar; more is a typo. */
const MOST_INSTANCES = 500

/** More at once is a load test: undici, the kernel's backlog and the harness itself are measured then. */
const MOST_REQUESTS_AT_ONCE = 10_000
/** A leak of one descriptor, or of a page, in each is told from noise. */
const FEWEST_REQUESTS = 20
const MOST_REQUESTS = 100_000
const MOST_RESTARTS = 10_000
/** The clocks of CPU time tick every 10 ms on many systems: a shorter look tells nothing. */
const SHORTEST_IDLE_MS = 200

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

// What stands in a request line: anything else would be refused by the client, and blamed on the sidecar.
const requestPath = z
  .string()
  .regex(/^\/[\x21-\x7E]*$/, 'expected a path that begins with "/" and holds no spaces (write %20)')

const pattern = z.instanceof(RegExp, {
  error: 'expected a RegExp; JSON cannot hold one, so write the contract as .ts or .js',
})

const APPS = ['tauri', 'electron', 'wails', 'flutter'] as const

const app = z.enum(APPS, {
  error: ({ input }) => `${JSON.stringify(input)} is no such app. ${suggest(String(input), APPS)}`,
})

/** Beside the binary, and nowhere else: what stands above it is not installed with it. */
const installedFile = text.refine(
  path => !isAbsolute(path) && !normalize(path).startsWith('..'),
  "expected a path beside the binary, relative to the binary's directory",
)

const libcFloor = z
  .string()
  .regex(/^(glibc|musl) \d+\.\d+(\.\d+)?$/, 'expected a C library and its version, such as "glibc 2.31"')

const argument = launchable.refine(value => value !== '', 'it is empty')
const port = z.union(
  [
    z.strictObject({
      variable: launchable.regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable, such as PORT'),
    }),
    z.strictObject({
      args: z
        .array(argument)
        .refine(args => args.some(arg => arg.includes('{port}')), 'none of them holds {port}'),
    }),
    z.literal(false),
  ],
  {
    error:
      'expected { variable: "PORT" }, { args: ["--port={port}"] }, or false where it cannot be asked for a port',
  },
)

/** 0 stands for a port that the system picked. */
const portNumber = z.number().int().min(0).max(65_535)

const origin = z
  .string()
  .regex(/^([a-z][a-z0-9+.-]*:\/\/[^/?#\s]+|null)$/, 'expected an origin, such as "tauri://localhost"')

const HTTP_REQUEST = /^(GET|POST|PUT|DELETE|PATCH) (\/[\x21-\x7E]*)$/
const stopRequest = z.union(
  [
    z.strictObject({
      http: z
        .string()
        .regex(HTTP_REQUEST, 'expected a method and a path that begins with "/", such as "POST /shutdown"'),
    }),
    z.strictObject({
      line: launchable.refine(value => !/[\r\n]/.test(value), 'expected one line, without its newline'),
    }),
    z.strictObject({ stdin: z.literal('closed') }),
  ],
  { error: 'expected { http: "POST /shutdown" }, { line: "quit" } or { stdin: "closed" }' },
)

const clauseId = z.enum(CLAUSE_IDS as unknown as [ClauseId, ...ClauseId[]])
const level = z.enum(LEVELS as unknown as [Level, ...Level[]], {
  error: ({ input }) => `${JSON.stringify(input)} is no level. ${suggest(String(input), LEVELS)}`,
})
const waiver = z.string({ error: 'expected the reason, in words' }).trim().min(1, 'a reason is required')

/** Keyed by clauses. A list of ids, where people forget the reasons, is told what is missing. */
function byClause<T extends z.ZodType>(value: T, example: string) {
  const error: z.core.$ZodErrorMap = ({ code }) =>
    code === 'invalid_type' ? `expected an object, such as ${example}` : undefined
  return z.partialRecord(clauseId, value.optional(), { error }).optional()
}

const count = z.number().int().min(1)

const bodyKey = z.union([text, z.literal(false)], {
  error: 'expected the name of a key of the body, or false where there is none',
})

const fields = z.strictObject({
  name: text.optional(),
  app: app.optional(),
  binary: text.optional(),
  build: z.strictObject({ entry: text }).optional(),
  files: z.array(installedFile).optional(),
  libcFloor: libcFloor.optional(),
  args: z.array(launchable).optional(),
  env: z.record(launchable, launchable).optional(),
  port: port.optional(),
  announce: announce.optional(),
  health: z
    .strictObject({
      path: requestPath.optional(),
      status: z.number().int().min(100).max(599).optional(),
      schema: standardSchema.optional(),
      app: text.optional(),
      version: text.optional(),
      timestamp: bodyKey.optional(),
      uptime: bodyKey.optional(),
      burst: count.max(MOST_REQUESTS_AT_ONCE).optional(),
    })
    .optional(),
  net: z
    .strictObject({ ports: z.array(portNumber).optional(), origins: z.array(origin).optional() })
    .optional(),
  stop: z
    .strictObject({
      signals: stopSignals.optional(),
      requests: z.array(stopRequest).optional(),
      accept: z
        .strictObject({
          SIGTERM: cleanExits.optional(),
          SIGINT: cleanExits.optional(),
          SIGHUP: cleanExits.optional(),
          requested: cleanExits.optional(),
        })
        .optional(),
      slowPath: requestPath.optional(),
    })
    .optional(),
  logs: z.strictObject({ stdout: z.array(pattern).optional() }).optional(),
  fleet: z
    .strictObject({
      instances: z.number().int().min(2).max(MOST_INSTANCES).optional(),
      restarts: z.number().int().min(2).max(MOST_RESTARTS).optional(),
    })
    .optional(),
  resources: z
    .strictObject({
      requests: z.number().int().min(FEWEST_REQUESTS).max(MOST_REQUESTS).optional(),
      idleMs: z.number().int().min(SHORTEST_IDLE_MS).max(LONGEST_BUDGET_MS).optional(),
    })
    .optional(),
  budgets: z
    .strictObject({
      readyMs: milliseconds.optional(),
      graceMs: milliseconds.optional(),
      soonMs: milliseconds.optional(),
      latencyMs: milliseconds.optional(),
      sizeBytes: count.optional(),
      memoryBytes: count.optional(),
      processes: count.optional(),
      idleCpuPercent: z.number().positive().max(100).optional(),
    })
    .optional(),
  levels: byClause(level, '{ "net/foreign-host-refused": "must" }'),
  waive: byClause(waiver, '{ "net/loopback-only": "why this is accepted" }'),
})

/** What a contract may hold. The one place that knows its keys: types, validation and messages come from it. */
export const contractInputSchema: z.ZodType<ContractInput> = fields
  .refine(({ build, binary }) => build === undefined || binary !== undefined, {
    path: ['build'],
    error: 'it needs `binary` beside it: the path, without target triple, where the build lands',
    when: isObject,
  })
  .superRefine(({ stop }, context) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      if (
        stop?.accept?.[signal] !== undefined &&
        stop.signals !== undefined &&
        !stop.signals.some(known => known === signal)
      ) {
        const message = `${signal} is not among stop.signals, so it is never sent`
        context.addIssue({ code: 'custom', path: ['stop', 'accept', signal], message })
      }
    }
  }) as z.ZodType<ContractInput>

/** Also when other keys are wrong, so that everything is said at once. */
function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null
}

/** The default contract's health body: `{ status: "ok", app, timestamp, uptime }`. */
export const defaultHealthSchema: StandardSchema = z.looseObject({
  status: z.literal('ok'),
  app: z.string().min(1),
  // Both are ISO 8601 in UTC; chrono and Python write the second.
  timestamp: z.iso.datetime({ offset: true, abort: true }).regex(/(Z|[+-]00:00)$/, 'expected a time in UTC'),
  uptime: z.number().min(0),
})
