/*
 * The one way in which anything is measured here: every side once, in an order of its own in each round, so that a busy
 * moment of the machine, or what one leaves behind, meets them all alike.
 */

/** What is measured in one go, by name. */
export type Sample<Name extends string> = Readonly<Record<Name, number>>

export interface Contender<Name extends string> {
  readonly name: string
  /** Does it once. Throws where what was to be measured has not happened. */
  run(): Promise<Sample<Name>>
}

export interface Taken<Name extends string> {
  readonly name: string
  readonly samples: readonly Sample<Name>[]
  /** Why it was given up. What others took stays. */
  readonly failure?: string
}

/** Rounds before those that count: for caches, for what is loaded, and for code that is compiled when it is run often. */
const WARM_UPS = 2

/** Takes one that fails out of the race, and goes on with the others. */
export async function takeTurns<Name extends string>(
  contenders: readonly Contender<Name>[],
  rounds: number,
  warmUps: number = WARM_UPS,
): Promise<readonly Taken<Name>[]> {
  const samples = new Map<string, Sample<Name>[]>(contenders.map(({ name }) => [name, []]))
  const failures = new Map<string, string>()
  for (let round = -warmUps; round < rounds; round++) {
    for (const { name, run } of shuffle(contenders.filter(contender => !failures.has(contender.name)))) {
      try {
        const sample = await run()
        if (round >= 0) samples.get(name)?.push(sample)
      } catch (error) {
        failures.set(name, firstLine(error))
      }
    }
  }
  return contenders.map(({ name }) => {
    const failure = failures.get(name)
    if (failure === undefined) return { name, samples: samples.get(name) ?? [] }
    return { name, samples: [], failure }
  })
}

/** Of an error that shows what a whole program printed: there is one row for it. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1)
  return line
}

/** By Fisher and Yates: every order is as likely as any other. */
function shuffle<T>(values: readonly T[]): T[] {
  const shuffled = [...values]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T]
  }
  return shuffled
}
