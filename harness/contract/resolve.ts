import { complete } from './complete.ts'
import type { Contract } from './contract.ts'
import { ContractError, type ContractProblem } from './errors.ts'
import { explain } from './explain.ts'
import { placeHere } from './here.ts'
import type { ContractInput, Setup, StandardSchema } from './input.ts'
import { applyPreset } from './presets/index.ts'
import { defaultHealthSchema } from './schema/health.ts'
import { contractInputSchema } from './schema.ts'

/** A contract with what is no data: the validator of its health body, and what prepares a life. */
export interface ResolvedContract {
  readonly contract: Contract
  readonly healthSchema: StandardSchema
  readonly setup: Setup | readonly string[] | null
}

/** Where a contract was read. */
export interface ContractOrigin {
  readonly file: string | null
  readonly directory: string
}

/**
 * Applies a contract's preset, validates it and fills in the defaults. Paths become absolute, from the contract's
 * directory, where a preset also looks for its app's files. Throws ContractError, which lists everything that is wrong
 * at once, also where the preset's app has several sidecars.
 */
export function resolveContract(input: unknown, origin: ContractOrigin): ResolvedContract {
  const { problems, resolved } = read(input, origin)
  if (problems.length > 0) throw new ContractError(origin.file, problems)
  const [only, ...others] = resolved
  if (only !== undefined && others.length === 0) return only
  const names = resolved.map(({ contract }) => contract.name).join(', ')
  const message = `its app has several sidecars, ${names}: choose one with \`binary\``
  throw new ContractError(origin.file, [{ at: 'preset', message }])
}

/**
 * One contract, or a list of them, each with a name of its own; a preset makes several of one where its app has several
 * sidecars. Throws ContractError, as resolveContract does.
 */
export function resolveContracts(input: unknown, origin: ContractOrigin): readonly ResolvedContract[] {
  const isList = Array.isArray(input)
  const readings = (isList ? input : [input]).map(each => read(each, origin))
  const places = readings.map((_, index) => (isList ? `[${index}]` : ''))
  const named = readings.flatMap(({ resolved }, index) =>
    resolved.map(({ contract }) => ({ name: contract.name, place: places[index] ?? '' })),
  )
  const problems = [
    ...(readings.length === 0 ? [{ at: '', message: 'the list holds no contract' }] : []),
    ...readings.flatMap((reading, index) =>
      reading.problems.map(({ at, message }) => ({ at: join(places[index] ?? '', at), message })),
    ),
    ...findTwins(named),
  ]
  if (problems.length > 0) throw new ContractError(origin.file, problems)
  return readings.flatMap(({ resolved }) => resolved)
}

function join(place: string, at: string): string {
  return [place, at].filter(part => part !== '').join('.')
}

interface ContractReading {
  readonly problems: readonly ContractProblem[]
  /** None where there are problems; several of one where its app has several sidecars. */
  readonly resolved: readonly ResolvedContract[]
}

function read(input: unknown, origin: ContractOrigin): ContractReading {
  const applied = applyPreset(input, origin.directory)
  const parsed = applied.inputs.map(each => contractInputSchema.safeParse(each))
  // What was written is wrong in each of them alike.
  const wrong = parsed.findIndex(({ success }) => !success)
  const issues = parsed[wrong]?.error?.issues ?? []
  const problems = [...applied.problems, ...issues.flatMap(issue => explain(issue, applied.inputs[wrong]))]
  if (problems.length > 0) return { problems, resolved: [] }
  const given = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]))
  return {
    problems,
    resolved: given.map((each, index) => resolved(each, origin, applied.notes[index] ?? [])),
  }
}

function resolved(
  written: ContractInput,
  origin: ContractOrigin,
  notes: readonly string[],
): ResolvedContract {
  const given = placeHere(written, origin.directory)
  const contract: Contract = { ...complete(given, origin), ...(notes.length > 0 && { notes }) }
  return { contract, healthSchema: schemaOf(given.health), setup: given.setup ?? null }
}

/** Where nothing is promised of the body nobody asks it. */
function schemaOf(health: ContractInput['health']): StandardSchema {
  const given = typeof health === 'object' ? health.schema : undefined
  return given === undefined || given === false ? defaultHealthSchema : given
}

/** Reports and --sidecar tell contracts apart by their names. */
function findTwins(
  named: readonly { readonly name: string; readonly place: string }[],
): readonly ContractProblem[] {
  return named.flatMap(({ name, place }, index) => {
    const first = named.findIndex(each => each.name === name)
    const of = named[first]?.place
    if (first === index) return []
    const whose = of === place || of === undefined || of === '' ? 'another one' : of
    const message = `"${name}" is the name of ${whose} already: each needs its own`
    return [{ at: join(place, 'name'), message }]
  })
}
