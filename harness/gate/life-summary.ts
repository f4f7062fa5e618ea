import { durationMs, firstDemand, firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'

/** One life in figures: what a verdict tells of it. */
export interface LifeSummary {
  readonly id: string
  readonly scenario: string
  readonly announcedMs: number | null
  readonly readyMs: number | null
  readonly stopMs: number | null
  readonly durationMs: number
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null
}

export function summariseLife(life: LifeRecording): LifeSummary {
  const since = (event: { atMs: number } | null) => (event === null ? null : sinceLaunch(life, event.atMs))
  const exit = firstEvent(life, 'exit')
  const asked = firstDemand(life)
  return {
    id: life.id,
    scenario: life.scenario,
    announcedMs: since(firstEvent(life, 'announcement')),
    readyMs: since(firstEvent(life, 'ready')),
    stopMs: exit !== null && asked !== null && exit.atMs >= asked.atMs ? exit.atMs - asked.atMs : null,
    durationMs: durationMs(life),
    exit: exit === null ? null : { code: exit.code, signal: exit.signal },
  }
}
