import { describeProcesses } from '../clauses/leftovers.ts'
import type { ProcessInfo } from '../host/host.ts'
import { eventsOf, firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { leaderOf, serversOf } from './stopping.ts'

/** What a life left behind, and what is known of it. */
export interface Leftovers {
  readonly life: LifeRecording
  readonly processes: readonly ProcessInfo[]
  /** Those of them that were there while it was well; what is not among these it has started at its end. */
  readonly fromBefore: readonly ProcessInfo[]
  /** Nobody looked while it was well. */
  readonly isBeforeUnknown: boolean
  /** Those of them that lead a group of their own: a kill of its group does not reach them. */
  readonly inOwnGroup: readonly ProcessInfo[]
  /** One of them is who served: what was launched has only launched it. */
  readonly hasServer: boolean
  /** Streams of the sidecar that were still held when it was looked at. */
  readonly heldStreams: readonly ('stdout' | 'stderr')[]
}

/** Null where nothing was left, or nobody could look. */
export function leftoversOf(life: LifeRecording | null): Leftovers | null {
  const left = life === null ? null : firstEvent(life, 'leftovers')
  const processes = left?.processes ?? []
  if (life === null || processes.length === 0) return null
  const before = eventsOf(life, 'tree').filter(({ moment }) => moment === 'ready')
  const known = before.flatMap(tree => tree.processes)
  const servers = serversOf(life)
  const leader = leaderOf(life)
  return {
    life,
    processes,
    fromBefore: processes.filter(each =>
      known.some(same => same.pid === each.pid && same.startedAt === each.startedAt),
    ),
    isBeforeUnknown: before.length === 0,
    inOwnGroup: processes.filter(({ pid, groupId }) => groupId === pid && pid !== leader),
    hasServer: processes.some(({ pid }) => servers.some(server => server.pid === pid)),
    heldStreams: (['stdout', 'stderr'] as const).filter(
      stream => (life[stream].closedAtMs ?? Number.POSITIVE_INFINITY) > (left?.atMs ?? 0),
    ),
  }
}

/** `still alive: 777 (python3)`, and what is known of it. */
export function describeLeft({ processes, fromBefore, inOwnGroup }: Leftovers): readonly string[] {
  return [
    `still alive: ${describeProcesses(processes)}`,
    ...(fromBefore.length > 0 ? ['it was there while the sidecar served'] : []),
    ...(inOwnGroup.length > 0
      ? [`in a group of its own: ${inOwnGroup.map(({ pid }) => pid).join(', ')}`]
      : []),
  ]
}
