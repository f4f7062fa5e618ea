import { z } from 'zod'
import { nearest, suggest } from '../../text/nearest.ts'
import type { ContractInput } from '../input.ts'
import { STOP_PLATFORMS, stopOn } from '../stop-here.ts'
import { launchable, notEmpty, requestPath } from './values.ts'

type Given = NonNullable<ContractInput['stop']>

/** Those that a program can die of, on any platform: a contract is read on all of them. */
const DEADLY_SIGNALS = [
  'SIGABRT',
  'SIGALRM',
  'SIGBUS',
  'SIGFPE',
  'SIGHUP',
  'SIGILL',
  'SIGINT',
  'SIGIO',
  'SIGKILL',
  'SIGPIPE',
  'SIGPROF',
  'SIGPWR',
  'SIGQUIT',
  'SIGSEGV',
  'SIGSTKFLT',
  'SIGSYS',
  'SIGTERM',
  'SIGTRAP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGVTALRM',
  'SIGXCPU',
  'SIGXFSZ',
] as const satisfies readonly NodeJS.Signals[]
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

const signal = z.enum(STOP_SIGNALS, {
  error: ({ input }) =>
    `${JSON.stringify(input)} is no such signal. ${suggest(typeof input === 'string' ? input : '', STOP_SIGNALS)}`,
})
const signals = z
  .array(signal)
  .refine(given => new Set(given).size === given.length, 'it names a signal twice')

const cleanExit = z.union([z.number().int().min(0).max(255), z.enum(DEADLY_SIGNALS)], {
  error: ({ input }) => {
    const near = typeof input === 'string' ? nearest(input, DEADLY_SIGNALS) : null
    const expected = 'expected an exit code from 0 to 255, or the name of a signal that it may die of'
    return near === null ? expected : `"${input}" is no signal to die of. Did you mean "${near}"?`
  },
})
const cleanExits = z.array(cleanExit).min(1, notEmpty('it allows no end at all'))

const HTTP_REQUEST = /^(GET|POST|PUT|DELETE|PATCH) (\/[\x21-\x7E]*)$/
const request = z.union(
  [
    z.strictObject({
      http: z
        .string()
        .regex(HTTP_REQUEST, 'expected a method and a path that begins with "/", such as "POST /shutdown"'),
    }),
    z.strictObject({
      line: launchable.refine(value => !/[\r\n]/.test(value), 'expected one line, without its newline'),
    }),
    z.strictObject({
      stdin: z.literal('closed', 'expected "closed": there is nothing else to be done to it'),
    }),
  ],
  { error: 'expected { http: "POST /shutdown" }, { line: "quit" } or { stdin: "closed" }' },
)

const ways = {
  signals: signals.optional(),
  requests: z.array(request).optional(),
  accept: z
    .strictObject({
      SIGTERM: cleanExits.optional(),
      SIGINT: cleanExits.optional(),
      SIGHUP: cleanExits.optional(),
      requested: cleanExits.optional(),
    })
    .optional(),
  slowPath: requestPath.optional(),
}

const onPlatform = z.strictObject(ways).optional()

export const stop: z.ZodType<Given> = z
  .strictObject({ ...ways, windows: onPlatform, macos: onPlatform, linux: onPlatform })
  .superRefine((given, context) => {
    findUnsent(given as Given, context)
    findUnstoppable(given as Given, context)
  }) as z.ZodType<Given>

/** An end that can never come. What is said of every platform counts where it is heeded on one of them. */
function findUnsent(given: Given, context: z.RefinementCtx): void {
  const places = [
    { path: [], accept: given.accept, on: STOP_PLATFORMS },
    ...STOP_PLATFORMS.map(each => ({ path: [each], accept: given[each]?.accept, on: [each] })),
  ]
  for (const { path, accept, on } of places) {
    const sent = on.flatMap(each => stopOn(each, given).signals ?? STOP_SIGNALS)
    for (const signal of STOP_SIGNALS) {
      if (accept?.[signal] === undefined || sent.includes(signal)) continue
      const message = `${signal} is not among stop.signals, so it is never sent`
      context.addIssue({ code: 'custom', path: [...path, 'accept', signal], message })
    }
  }
}

/** A sidecar that nothing ends. */
function findUnstoppable(given: Given, context: z.RefinementCtx): void {
  const message = 'it names no signal, and there is no other way of stopping in `requests`'
  const found = STOP_PLATFORMS.filter(each => {
    const { signals, requests = [] } = stopOn(each, given)
    return signals?.length === 0 && requests.length === 0
  })
  const places = found.map(each => (given[each]?.signals === undefined ? [] : [each]))
  for (const path of new Map(places.map(path => [path.join(), path])).values()) {
    context.addIssue({ code: 'custom', path: [...path, 'signals'], message })
  }
}
