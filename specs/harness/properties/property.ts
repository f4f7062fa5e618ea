import fc from 'fast-check'

/** Something that holds for every value of a kind. Specs try some, `pnpm fuzz` very many. */
export interface Property {
  /** Completes "holds for any …". */
  readonly name: string
  /** Tries values until one refutes it, as many as the parameters allow. */
  readonly check: (parameters: Limits) => Promise<fc.RunDetails<[unknown]>>
  /** How many values a spec tries: a fraction of a second. */
  readonly runs: number
}

export type Limits = Pick<fc.Parameters<unknown>, 'numRuns' | 'seed' | 'path'>

interface Tried<T> {
  readonly runs?: number
  /** What once refuted it, or nearly did: tried before anything else. */
  readonly examples?: readonly T[]
}

const USUAL_RUNS = 200

/** `holds` throws for a value that refutes it. */
export function property<T>(
  name: string,
  values: fc.Arbitrary<T>,
  holds: (value: T) => void | Promise<void>,
  { runs = USUAL_RUNS, examples = [] }: Tried<T> = {},
): Property {
  return {
    name,
    runs: runs + examples.length,
    check: async parameters => {
      const any = fc.asyncProperty(values, async value => holds(value))
      const details = await fc.check<[T]>(any, {
        ...(parameters as fc.Parameters<[T]>),
        examples: examples.map((example): [T] => [example]),
      })
      return details as fc.RunDetails<[unknown]>
    },
  }
}

/** What refuted a property, with how to see it again; null where nothing did. */
export function describeFinding(details: fc.RunDetails<[unknown]>): string | null {
  if (!details.failed) return null
  const { seed, counterexamplePath, numRuns, counterexample, errorInstance } = details
  const said = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : errorInstance
  return [
    `refuted at run ${numRuns}, seed ${seed}, path ${counterexamplePath}`,
    `by ${fc.stringify(counterexample?.[0])}`,
    String(said),
  ].join('\n')
}
