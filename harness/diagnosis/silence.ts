import type { Exchange } from '../recording/exchanges.ts'
import type { LifeRecording } from '../recording/recording.ts'
import type { Scene } from './known-failure.ts'
import { firstExchange, onceMore } from './seen.ts'

/** A failed first request, with how the same went once more. */
export interface Silence {
  readonly first: Exchange
  readonly life: LifeRecording
  readonly receivedBytes: number
  readonly isLate: boolean
  /** What came byte by byte; null where it was not asked once more. */
  readonly answer: string | null
}

/** Null where an answer came, or nobody was asked. */
export function silenceIn(scene: Scene): Silence | null {
  const { life } = scene
  const first = firstExchange(scene)
  if (life === null || first === null || first.response !== null) return null
  const again = onceMore(life)
  const { code = 'ETIMEDOUT', receivedBytes = 0 } = first.failure ?? {}
  return { first, life, receivedBytes, isLate: code === 'ETIMEDOUT', answer: again?.answer ?? null }
}
