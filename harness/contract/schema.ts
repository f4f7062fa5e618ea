import { isAbsolute, normalize } from 'node:path'
import { z } from 'zod'
import { TARGETS } from '../artifact/triple.ts'
import { suggest } from '../text/nearest.ts'
import { CLAUSE_IDS, type ClauseId, LEVELS, type Level } from './catalogue.ts'
import type { ContractInput } from './input.ts'
import { findPlaceless, findTokenless, findUntargeted } from './schema/across.ts'
import { announce } from './schema/announce.ts'
import { build } from './schema/build.ts'
import { health } from './schema/health.ts'
import { stop } from './schema/stop.ts'
import { count, launchable, notEmpty, oneOf, pattern, text } from './schema/values.ts'

/** Node refuses to set a timer beyond this, and one that long is no budget. */
const LONGEST_BUDGET_MS = 3_600_000
/** Enough for any load that a desktop app puts on its sidecar; more is a typo. */
const MOST_INSTANCES = 500
/** A leak of one descriptor, or of a page, in each is told from noise. */
const FEWEST_REQUESTS = 20
const MOST_REQUESTS = 100_000
const MOST_RESTARTS = 10_000
/** The clocks of CPU time tick every 10 ms on many systems: a shorter look tells nothing. */
const SHORTEST_IDLE_MS = 200

const milliseconds = z.number().int().min(1).max(LONGEST_BUDGET_MS)

const app = oneOf(['tauri', 'electron', 'wails', 'flutter'], 'app')
const preset = oneOf(['plain', 'tauri', 'electron', 'go-plugin'], 'preset')

const TRIPLES = TARGETS.map(({ triple }) => triple) as [string, ...string[]]

/** Beside the binary, and nowhere else: what stands above it is not installed with it. */
const installedFile = text.refine(
  path => !isAbsolute(path) && !normalize(path).startsWith('..'),
  "expected a path beside the binary, relative to the binary's directory",
)

const libcFloor = z
  .string()
  .regex(/^(glibc|musl) \d+\.\d+(\.\d+)?$/, 'expected a C library and its version, such as "glibc 2.31"')

const macosFloor = z.string().regex(/^\d+(\.\d+){1,2}$/, 'expected a version of macOS, such as "11.0"')

const unasked = oneOf(['nothing', 'zero', 'chosen'], 'way of asking for no certain port')

const port = z.union(
  [
    z.strictObject({
      variable: launchable.regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable, such as PORT'),
      unasked: unasked.optional(),
    }),
    z.strictObject({
      args: z
        .array(launchable.refine(value => value !== '', 'it is empty'))
        .refine(args => args.some(arg => arg.includes('{port}')), 'none of them holds {port}'),
      unasked: unasked.optional(),
    }),
    z.strictObject({ unasked }),
    z.literal(false),
  ],
  {
    error:
      'expected { variable: "PORT" }, { args: ["--port={port}"] }, or false where it cannot be asked for a port',
  },
)

const setup = z.union(
  [
    z.custom<NonNullable<ContractInput['setup']>>(value => typeof value === 'function'),
    z.array(launchable).min(1, notEmpty('it names no program')),
  ],
  { error: 'expected a function, or a command with its arguments: ["node", "prepare.mjs"]' },
)

/** 0 stands for a port that the system picked. */
const portNumber = z.number().int().min(0).max(65_535)

const origin = z
  .string()
  .regex(/^([a-z][a-z0-9+.-]*:\/\/[^/?#\s]+|null)$/, 'expected an origin, such as "tauri://localhost"')

const clauseId = z.enum(CLAUSE_IDS as unknown as [ClauseId, ...ClauseId[]])
const level = z.enum(LEVELS as unknown as [Level, ...Level[]], {
  error: ({ input }) =>
    `${JSON.stringify(input)} is no level. ${suggest(typeof input === 'string' ? input : '', LEVELS)}`,
})
const waiver = z
  .string({ error: 'expected the reason, in words' })
  .trim()
  .min(1, notEmpty('a reason is required'))

/** Keyed by clauses. A list of ids, where people forget the reasons, is told what is missing. */
function byClause<T extends z.ZodType>(value: T, example: string) {
  const error: z.core.$ZodErrorMap = ({ code }) =>
    code === 'invalid_type' ? `expected an object, such as ${example}` : undefined
  return z.partialRecord(clauseId, value.optional(), { error }).optional()
}

const fields = z.strictObject({
  $schema: z.string().optional(),
  preset: preset.optional(),
  name: text.optional(),
  app: app.optional(),
  binary: text.optional(),
  targets: z.array(oneOf(TRIPLES, 'target triple')).min(1, notEmpty('it names no target')).optional(),
  build: build.optional(),
  files: z.array(installedFile).optional(),
  libcFloor: libcFloor.optional(),
  macosFloor: macosFloor.optional(),
  args: z.array(launchable).optional(),
  env: z.record(launchable, launchable).optional(),
  cwd: launchable.optional(),
  setup: setup.optional(),
  port: port.optional(),
  announce: announce.optional(),
  health: health.optional(),
  net: z
    .strictObject({ ports: z.array(portNumber).optional(), origins: z.array(origin).optional() })
    .optional(),
  stop: stop.optional(),
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
      memoryCapBytes: count.optional(),
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
  .superRefine((contract, context) => {
    findPlaceless(contract as ContractInput, context)
    findTokenless(contract as ContractInput, context)
    findUntargeted(contract as ContractInput, context)
  }) as z.ZodType<ContractInput>

/** Also when other keys are wrong, so that everything is said at once. */
function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null
}
