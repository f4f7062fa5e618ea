import { unreadyAtMs } from '../../clauses/words.ts'
import { firstEvent, sinceLaunch } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { deathOf } from '../exception.ts'
import type { Scene } from '../known-failure.ts'

/** How the life ended in which it was seen: what all of these have in common. */
export function endOf({ life }: Scene): readonly string[] {
  if (life === null) return []
  const death = deathOf(life)
  return death.length > 0 ? death : [`not ready after ${duration(sinceLaunch(life, unreadyAtMs(life)))}`]
}

/** The names of the variables that a life was launched with. */
export function variablesOf(life: LifeRecording | null | undefined): readonly string[] {
  return life == null ? [] : (firstEvent(life, 'launch')?.variables ?? [])
}

/** The lives in which each of the differences was tried alone, after that with all of them had failed. */
export function closerLooks({ life, evidence: { lives } }: Scene): readonly LifeRecording[] {
  return life === null ? [] : lives.filter(each => each.scenario === life.scenario && each.instance > 0)
}
