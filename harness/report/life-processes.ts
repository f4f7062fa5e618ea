import type { ProcessInfo } from '../host/host.ts'
import { firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeEvent, LifeRecording } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'

/** A process of a life, from when to when it is known to have been there; times from the launch. */
export interface ProcessLane {
  readonly pid: number
  /** Null for the one that was launched, where nobody has looked at it. */
  readonly command: string | null
  readonly fromMs: number
  readonly toMs: number
  /** The one that was launched. */
  readonly isLeader: boolean
  /** It was still there when everything else was over. */
  readonly isLeft: boolean
}

/**
 * The processes of a life: the launched one first. Others are known from looks at its tree alone, so that theirs are the
 * times at which they were first and last seen.
 */
export function processesOf(life: LifeRecording): readonly ProcessLane[] {
  const launched = firstEvent(life, 'launched')
  const lanes = new Map<string, ProcessLane>()
  for (const event of life.events) {
    const atMs = sinceLaunch(life, event.atMs)
    for (const { pid, startedAt, command } of processesIn(event)) {
      const isLeader = pid === launched?.pid
      // A pid can be given again: to the leader's it cannot be while that is not reaped.
      const key = isLeader ? String(pid) : `${pid} ${startedAt}`
      const known = lanes.get(key) ?? { pid, command, fromMs: atMs, isLeader }
      lanes.set(key, { ...known, command, toMs: atMs, isLeft: event.type === 'leftovers' })
    }
  }
  const children = [...lanes.values()].filter(({ isLeader }) => !isLeader)
  if (launched === null) return children
  const leader = lanes.get(String(launched.pid))
  const exit = firstEvent(life, 'exit')
  return [
    {
      pid: launched.pid,
      command: leader?.command ?? null,
      fromMs: sinceLaunch(life, launched.atMs),
      toMs: exit === null ? (leader?.toMs ?? 0) : sinceLaunch(life, exit.atMs),
      isLeader: true,
      isLeft: leader?.isLeft ?? false,
    },
    ...children,
  ]
}

/** What fits beside a lane. */
const COMMAND_CHARACTERS = 60

/** A command with its programs and files without their directories. */
export function shortCommand(command: string): string {
  const words = command.split(' ').map(word => word.slice(word.lastIndexOf('/') + 1))
  return printable(words.join(' '), COMMAND_CHARACTERS)
}

function processesIn(event: LifeEvent): readonly ProcessInfo[] {
  switch (event.type) {
    case 'tree':
    case 'hang':
    case 'leftovers':
      return event.processes
    case 'process-started':
    case 'process-ended':
    case 'found-behind-parent':
      return [event.process]
    default:
      return []
  }
}
