import { eventsOf } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { IDLE_WINDOW } from '../recording/usage.ts'
import type { Scene } from './known-failure.ts'

/** A sidecar that was left alone for a while. */
export interface Rest {
  readonly life: LifeRecording
  readonly begin: EventOf<'usage'>
  readonly end: EventOf<'usage'>
}

/** The two looks between which it was left alone. */
export function restOf({ life }: Pick<Scene, 'life'>): Rest | null {
  const looks = life === null ? [] : eventsOf(life, 'usage')
  const begin = looks.find(({ moment }) => moment === IDLE_WINDOW.begin)
  const end = looks.find(({ moment }) => moment === IDLE_WINDOW.end)
  return life === null || begin === undefined || end === undefined ? null : { life, begin, end }
}
