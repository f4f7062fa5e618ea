import { z } from 'zod'
import { suggest } from '../text/nearest.ts'
import { suggestClause } from './clause-names.ts'
import { complete } from './complete.ts'
import type { Contract } from './contract.ts'
import { ContractError, type ContractProblem } from './errors.ts'
import type { ContractInput, StandardSchema } from './input.ts'
import { contractInputSchema, defaultHealthSchema } from './schema.ts'

/** A contract with the one thing that is no data: the validator of its health body. */
export interface ResolvedContract {
  readonly contract: Contract
  readonly healthSchema: StandardSchema
}

/** Types a contract for editors; it is validated when the harness reads it, so that errors can name the file. */
export function defineContract(input: ContractInput): ContractInput {
  return input
}

/** Where a contract was read. */
export interface ContractOrigin {
  readonly file: string | null
  readonly directory: string
}

/**
 * Validates a contract and fills in the defaults. Paths become absolute, from the contract's directory.
 * Throws ContractError, which lists everything that is wrong at once.
 */
export function resolveContract(input: unknown, origin: ContractOrigin): ResolvedContract {
  const { problems, resolved } = read(input, origin)
  if (resolved === null) throw new ContractError(origin.file, problems)
  return resolved
}

/** One contract, or a list of them, each with a name of its own. Throws ContractError, as resolveContract does. */
export function resolveContracts(input: unknown, origin: ContractOrigin): readonly ResolvedContract[] {
  if (!Array.isArray(input)) return [resolveContract(input, origin)]
  const readings = input.map(each => read(each, origin))
  const problems = [
    ...(input.length === 0 ? [{ at: '', message: 'the list holds no contract' }] : []),
    ...readings.flatMap((reading, index) =>
      reading.problems.map(({ at, message }) => ({
        at: at === '' ? `[${index}]` : `[${index}].${at}`,
        message,
      })),
    ),
    ...findTwins(readings.map(({ resolved }) => resolved?.contract.name)),
  ]
  if (problems.length > 0) throw new ContractError(origin.file, problems)
  return readings.flatMap(({ resolved }) => (resolved === null ? [] : [resolved]))
}

interface ContractReading {
  readonly problems: readonly ContractProblem[]
  readonly resolved: ResolvedContract | null
}

function read(input: unknown, origin: ContractOrigin): ContractReading {
  const parsed = contractInputSchema.safeParse(input)
  if (!parsed.success) return { problems: parsed.error.issues.flatMap(explain), resolved: null }
  const given = parsed.data
  const contract = complete(given, origin)
  return { problems: [], resolved: { contract, healthSchema: given.health?.schema ?? defaultHealthSchema } }
}

/** Reports and --sidecar tell contracts apart by their names. */
function findTwins(names: readonly (string | undefined)[]): readonly ContractProblem[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name)
    if (name === undefined || first === index) return []
    return [
      { at: `[${index}].name`, message: `"${name}" is the name of [${first}] already: each needs its own` },
    ]
  })
}

function explain(issue: z.core.$ZodIssue): ContractProblem[] {
  const at = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path)
    return issue.keys.map(key => ({
      at: [...issue.path.map(String), key].join('.'),
      // A record of clauses has no keys of its own.
      message:
        known.length === 0
          ? `there is no such clause. ${suggestClause(key)}`
          : `there is no such key. ${suggest(key, known)}`,
    }))
  }
  return [{ at, message: issue.message }]
}

/** The keys that the schema knows at a place, for the suggestion beside an unknown one. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = contractInputSchema
  for (const step of path) {
    schema = shapeOf(schema)[String(step)]
  }
  return Object.keys(shapeOf(schema))
}

function shapeOf(schema: unknown): Record<string, unknown> {
  if (schema instanceof z.ZodOptional) return shapeOf(schema.unwrap())
  return schema instanceof z.ZodObject ? schema.shape : {}
}
