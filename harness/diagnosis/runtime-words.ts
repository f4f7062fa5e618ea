import { keptAliveBy, whereItRuns } from '../recording/kept-alive.ts'
import { firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import type { RuntimeState } from '../recording/runtime-state.ts'

/** What the runtime of one whose time was over has said of itself; null where it was not asked, or said nothing. */
export function runtimeStateOf(life: LifeRecording | null): RuntimeState | null {
  return life === null ? null : (firstEvent(life, 'runtime-state')?.state ?? null)
}

/** What a runtime says of what keeps it going, as evidence. */
export function toldByRuntime(state: RuntimeState | null): readonly string[] {
  if (state === null) return []
  const alive = keptAliveBy(state)
  const [inner, ...outer] = whereItRuns(state)
  return [
    ...(alive.length === 0 ? [] : [`kept alive by: ${alive.join('; ')}`]),
    ...(inner === undefined ? [] : [`it was running ${[inner, ...outer].join(', called by ')}`]),
  ]
}
