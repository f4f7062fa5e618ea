import { describe, expect, test } from 'vitest'
import type { ProcessInfo } from '../../../harness/host/host.ts'
import { killUntilGone } from '../../../harness/host/kill-tree.ts'

/** Looks that find, one after the other, these pids; the last for ever. */
function lookAt(...looks: number[][]): () => Promise<ProcessInfo[]> {
  return async () => ((looks.length > 1 ? looks.shift() : looks[0]) ?? []).map(describeProcess)
}

function describeProcess(pid: number): ProcessInfo {
  return { pid, parentPid: 1, groupId: pid, startedAt: 'then', command: 'program' }
}

/** Runs a kill, and says whom it killed. */
async function runKill(look: () => Promise<ProcessInfo[]>, deadlineMs: number) {
  const kills: number[][] = []
  const kill = (alive: readonly ProcessInfo[]) => void kills.push(alive.map(({ pid }) => pid))
  const survivors = await killUntilGone(look, kill, deadlineMs)
  return { kills: kills.filter(pids => pids.length > 0), survivors: survivors.map(({ pid }) => pid) }
}

/** A deadline that never passes: what does not come back by itself does not come back. */
const NEVER_MS = Number.POSITIVE_INFINITY

describe('killUntilGone', () => {
  test('kills nobody where nobody is alive', async () => {
    expect(await runKill(lookAt([]), NEVER_MS)).toEqual({ kills: [], survivors: [] })
  })

  test('kills those too who were started in the meantime', async () => {
    expect(await runKill(lookAt([7, 8], [9], []), NEVER_MS)).toEqual({ kills: [[7, 8], [9]], survivors: [] })
  })

  test('does not believe a single look that finds nobody', async () => {
    expect(await runKill(lookAt([7], [], [8], []), NEVER_MS)).toEqual({ kills: [[7], [8]], survivors: [] })
  })

  test('comes back at the deadline with who is left, and kills at least once before', async () => {
    const { kills, survivors } = await runKill(lookAt([7]), 0)

    expect(kills).toEqual([[7]])
    expect(survivors).toEqual([7])
  })

  test('does not wait for the harness itself to end', async () => {
    expect(await runKill(lookAt([process.pid, 7], [process.pid]), NEVER_MS)).toMatchObject({ survivors: [] })
  })
})
