import { Deadline, Signal } from '../life/deadline.ts'
import type { Life } from '../life/life.ts'
import { originOf } from '../life/target.ts'
import type { Witness } from '../life/witness.ts'
import type { LifeEvent, StreamName } from '../recording/recording.ts'
import type { LiveTimeline } from '../report/live.ts'

/** It has answered before, and quickly enough to be ready: who takes longer now has a fault. */
const ANSWER_MS = 2_000

export interface OnlookerOptions {
  readonly timeline: LiveTimeline
  /** How long a life is left alone that is ready; Infinity for as long as it lives. */
  readonly watchMs: number
  /** What is said beside the timeline. */
  say(text: string): void
}

/** A person who watches one life: sees all of it as it happens, and can send it signals. */
export class Onlooker implements Witness {
  readonly #options: OnlookerOptions
  readonly #stopped = new Signal<void>()
  #life: Life | null = null

  constructor(options: OnlookerOptions) {
    this.#options = options
  }

  /** Whether it was this person who told it to stop. */
  get hasStopped(): boolean {
    return this.#stopped.isSet
  }

  onEvent(event: LifeEvent): void {
    this.#options.timeline.onEvent(event)
  }

  onOutput(stream: StreamName, chunk: Buffer, atMs: number): void {
    this.#options.timeline.onOutput(stream, chunk, atMs)
  }

  attend(life: Life): void {
    this.#life = life
    this.#options.timeline.redactBy(() => life.redaction())
  }

  async linger(life: Life): Promise<void> {
    const { watchMs, say, timeline } = this.#options
    const over = Promise.race([life.whenExited(), this.#stopped.wait()])
    if (watchMs !== Number.POSITIVE_INFINITY) {
      // Asked once more at the end: what was well at first need not be so a second later, and the other way round.
      if (!(await new Deadline(watchMs).before(over))) await life.client.check(ANSWER_MS)
      return
    }
    const { announcement } = life
    timeline.flush()
    say(`It is up at ${announcement === null ? 'no port' : originOf(announcement)}; Ctrl-C stops it.\n`)
    await over
  }

  /** Passes a signal on to the sidecar. False where there is none that could heed it, or it was told before. */
  passOn(signal: NodeJS.Signals): boolean {
    const life = this.#life
    if (life === null || life.identity === null || life.hasExited || life.isAsked) return false
    this.#options.timeline.flush()
    this.#options.say(`\n${signal}: passed on to the sidecar; once more ends everything\n`)
    life.signal(signal)
    this.#stopped.set()
    return true
  }
}
