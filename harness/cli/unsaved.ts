import { PlainError } from '../text/plain-error.ts'

/** What was judged could not all be written down. */
export class UnsavedError extends PlainError {
  override readonly name = 'UnsavedError'
  override readonly blame = 'machine'

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

/** Writes one thing after the other, and the rest also where one of them fails: a verdict took its time to reach. */
export class Saving {
  readonly #problems: string[] = []

  /** `what` begins the sentence that tells of a failure. */
  async try(what: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#problems.push(`${what} could not be written: ${message}`)
    }
  }

  /** Throws UnsavedError where something could not be written. */
  end(): void {
    if (this.#problems.length > 0) throw new UnsavedError(this.#problems)
  }
}
