import { holdsToken } from '../contract/announcement.ts'
import type { StreamRecording } from '../recording/recording.ts'
import { Redaction } from '../text/redaction.ts'
import type { Subject } from './plan.ts'

/** What was written so far. */
interface Written {
  readonly stdout: StreamRecording
  readonly stderr: StreamRecording
}

/**
 * What is kept out of a life's recording: what it was given, what it has announced, and what it meant to announce. Taken
 * out when it is recorded, so that nothing behind that knows any of it.
 */
export class SecretsOfLife {
  readonly #given = new Set<string>()
  readonly #grammar: Subject['grammar']
  readonly #announced: () => string | null
  #last: { readonly secrets: string; readonly redaction: Redaction } | null = null

  constructor({ grammar }: Subject, announced: () => string | null) {
    this.#grammar = grammar
    this.#announced = announced
  }

  add(secrets: Iterable<string>): void {
    for (const secret of secrets) this.#given.add(secret)
  }

  /** By what was written so far, which is only read where a token may stand in it. */
  redactionOf(written: () => Written): Redaction {
    const announced = this.#announced()
    const secrets = [
      ...new Set([...this.#given, ...(announced === null ? [] : [announced]), ...this.#meantIn(written)]),
    ]
    // Compiled again only where something was added: some scenarios look at a recording while it grows.
    const key = JSON.stringify(secrets)
    if (this.#last?.secrets !== key) this.#last = { secrets: key, redaction: new Redaction(secrets) }
    return this.#last.redaction
  }

  /** On either stream, in any line: the wrong one, one without an end, one with a port that is none. */
  #meantIn(written: () => Written): readonly string[] {
    const grammar = this.#grammar
    if (!holdsToken(grammar.announce.pattern)) return []
    const { stdout, stderr } = written()
    return [...stdout.lines, ...stderr.lines].flatMap(({ text }) => grammar.tokensIn(text))
  }
}
