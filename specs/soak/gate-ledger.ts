import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** One gate of a soak run. */
export interface Entry {
  /** What was judged, under which load, by which sources: entries of other ones do not count. */
  readonly of: string
  readonly durationMs: number
  /** What did not pass, and was to. */
  readonly flips: readonly {
    readonly id: string
    readonly outcome: string
    readonly observed: string | null
  }[]
}

/** Every gate is written down when it is over, so that an interrupted soak goes on where it was. */
export class Ledger {
  readonly #file: string
  readonly #of: string

  constructor(file: string, of: string) {
    this.#file = file
    this.#of = of
  }

  /** The entries so far. A line that was being written when the machine went down is no entry. */
  read(): readonly Entry[] {
    return readLines(this.#file)
      .flatMap(line => parse(line) ?? [])
      .filter(({ of }) => of === this.#of)
  }

  add(entry: Omit<Entry, 'of'>): void {
    mkdirSync(dirname(this.#file), { recursive: true })
    appendFileSync(this.#file, `${JSON.stringify({ of: this.#of, ...entry })}\n`)
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function parse(line: string): Entry | null {
  try {
    return JSON.parse(line) as Entry
  } catch {
    return null
  }
}
