import type { LifeEvent } from '../recording/recording.ts'

/** An event without its time: the recorder puts that on. */
export type Observation = LifeEvent extends infer E ? (E extends LifeEvent ? Omit<E, 'atMs'> : never) : never

/** The events of one life, in the order in which they were seen, on the session's clock. */
export class Recorder {
  readonly events: LifeEvent[] = []
  readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  record(observation: Observation, atMs: number = this.now()): void {
    this.events.push({ atMs, ...observation } as LifeEvent)
  }
}
