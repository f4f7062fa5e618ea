import type { LifeEvent } from '../recording/recording.ts'

/** An event without its time: the recorder puts that on. */
export type Observation = LifeEvent extends infer E ? (E extends LifeEvent ? Omit<E, 'atMs'> : never) : never

/** The events of one life, in the order in which they were seen, on the session's clock. */
export class Recorder {
  readonly events: LifeEvent[] = []
  readonly now: () => number
  readonly #onEvent: (event: LifeEvent) => void

  constructor(now: () => number, onEvent: (event: LifeEvent) => void = () => {}) {
    this.now = now
    this.#onEvent = onEvent
  }

  record(observation: Observation, atMs: number = this.now()): void {
    const event = { atMs, ...observation } as LifeEvent
    this.events.push(event)
    this.#onEvent(event)
  }
}
