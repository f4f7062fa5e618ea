import type { LifeEvent, StreamName } from '../recording/recording.ts'
import type { Life } from './life.ts'

/** Whoever watches one life as it is lived, and may have a say in it. That life is looked at more closely than others. */
export interface Witness {
  /** Told in the moment in which it is recorded. */
  onEvent(event: LifeEvent): void
  /** As it comes, secrets and all: a chunk's memory is used again afterwards. */
  onOutput(stream: StreamName, chunk: Buffer, atMs: number): void
  /** It is about to be launched. */
  attend(life: Life): void
  /** Comes back when enough was seen of a life that is ready. Whoever has told it to stop by then has done that. */
  linger(life: Life): Promise<void>
}
