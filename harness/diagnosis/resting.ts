import type { LifeRecording } from '../recording/recording.ts'
import { type IdleWindow, idleWindowOf } from '../recording/usage.ts'
import type { Scene } from './known-failure.ts'

/** A sidecar that was left alone for a while. */
export interface Rest extends IdleWindow {
  readonly life: LifeRecording
}

/** The two looks between which it was left alone. */
export function restOf({ life }: Pick<Scene, 'life'>): Rest | null {
  const window = life === null ? null : idleWindowOf(life)
  return life === null || window === null ? null : { life, ...window }
}
