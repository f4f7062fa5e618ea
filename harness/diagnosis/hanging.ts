import type { Connection, ProcessInfo } from '../host/host.ts'
import { firstEvent } from '../recording/query.ts'
import type { EventOf } from '../recording/recording.ts'
import type { Scene } from './known-failure.ts'
import { toldByRuntime } from './runtime-words.ts'
import { leaderOf, type Stop, stopOf } from './stopping.ts'

/** The stop of a sidecar that was still there when its time was over. */
export function hangOf(scene: Pick<Scene, 'life'>): Stop | null {
  const stop = stopOf(scene)
  if (stop === null || (stop.exit !== null && stop.exit.atMs < stop.asked.atMs)) return null
  return stop.late !== null || stop.exit === null ? stop : null
}

/** Whether it still listened on its port when its time was over; null where nobody could look. */
export function listensStill({ life, hang }: Stop): boolean | null {
  if (hang === null) return null
  const port = firstEvent(life, 'announcement')?.port
  return hang.listeners.some(listener => listener.port === port)
}

/** Whether the signal by which it was told had still not been taken when its time was over: it blocks that. */
export function isPending({ life, signal, hang }: Stop): boolean {
  const leader = hang?.activity?.processes.find(({ pid }) => pid === leaderOf(life))
  if (signal === null) return false
  return leader?.pending.includes(signal.signal) ?? false
}

/** Connections of clients that were still open when its time was over. */
export function clientsOf({ life, hang }: Stop): readonly Connection[] {
  const port = firstEvent(life, 'announcement')?.port
  return connectionsOf(hang).filter(each => each.port === port)
}

/** Connections of its own to others. */
export function outgoingOf({ life, hang }: Stop): readonly Connection[] {
  const port = firstEvent(life, 'announcement')?.port
  return connectionsOf(hang).filter(each => each.port !== port)
}

function connectionsOf(hang: EventOf<'hang'> | null): readonly Connection[] {
  return hang?.activity?.connections.filter(({ state }) => state !== 'closing') ?? []
}

/** What it had started, and that was still there when its time was over. */
export function childrenOf({ life, hang }: Stop): readonly ProcessInfo[] {
  const leader = leaderOf(life)
  return hang?.processes.filter(({ pid }) => pid !== leader) ?? []
}

/** What it was doing when its time was over, in a few words each. */
export function stateOf(stop: Stop): readonly string[] {
  const { hang, life } = stop
  if (hang === null) return []
  const listens =
    listensStill(stop) === true
      ? 'it still listened on its port'
      : 'nothing of it listened on its port any more'
  const leader = hang.activity?.processes.find(({ pid }) => pid === leaderOf(life))
  const threads = leader === undefined || leader.threads === 1 ? '' : `, ${leader.threads} threads`
  const waits =
    leader?.waitsIn == null ? [] : [`its main thread waited in the kernel's ${leader.waitsIn}${threads}`]
  return [listens, ...waits, ...toldByRuntime(stop.runtime)]
}
