import { beforeEach, describe, expect, test } from 'vitest'
import type { ProcessInfo } from '../../../harness/host/host.ts'
import { isInTable, lineage, orphan, PATIENCE_MS, pidsOf, startFamily, untilEnded } from './families.ts'
import { HOSTS } from './hosts.ts'

describe.each(HOSTS)('$kind host', { timeout: 2 * PATIENCE_MS }, ({ host, seesMarkers, missing }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing))

  describe('tree', () => {
    test('finds the leader, a child and a grandchild', async () => {
      const family = await startFamily(lineage({ name: 'grandchild' }))

      const members = await host.tree(family.life)

      expect(pidsIn(members)).toEqual(pidsOf(family, 'leader', 'child', 'grandchild'))
      expect(find(members, family.pidOf('grandchild'))).toEqual({
        pid: family.pidOf('grandchild'),
        parentPid: family.pidOf('child'),
        groupId: family.life.pid,
        startedAt: expect.stringMatching(/./),
        command: expect.stringContaining('relative.ts'),
      })
    })

    test('gives a process the same start time at every look', async () => {
      const { life } = await startFamily({ name: 'leader' })

      expect(await host.tree(life)).toEqual(await host.tree(life))
    })

    test('finds a grandchild in a session of its own', async () => {
      const family = await startFamily(lineage({ name: 'runaway', ownSession: true }))

      const runaway = find(await host.tree(family.life), family.pidOf('runaway'))

      expect(runaway?.groupId).toBe(family.pidOf('runaway'))
    })

    test('keeps sight of one that loses its parent, its group and its marker after a look', async () => {
      const family = await startFamily(lineage({ name: 'runaway', ownSession: true, bareEnvironment: true }))
      await host.tree(family.life)
      await orphan(family)

      expect(pidsIn(await host.tree(family.life))).toEqual(pidsOf(family, 'leader', 'runaway'))
    })

    test('finds one that lost parent and group before any look by its marker alone, where that shows', async () => {
      const family = await startFamily(lineage({ name: 'runaway', ownSession: true }))
      await orphan(family)

      const expected = seesMarkers ? pidsOf(family, 'leader', 'runaway') : pidsOf(family, 'leader')
      expect(pidsIn(await host.tree(family.life))).toEqual(expected)
    })

    test('finds what the leader left in its group when it ended', async () => {
      const family = await startFamily(lineage({ name: 'grandchild' }))
      process.kill(family.life.pid, 'SIGKILL')
      await untilEnded(family.life.pid)

      expect(pidsIn(await host.tree(family.life))).toEqual(pidsOf(family, 'child', 'grandchild'))
    })

    test('does not count a zombie', async () => {
      const family = await startFamily({ name: 'leader', children: [{ name: 'child' }] })
      // A stopped parent cannot take note of its child's end.
      process.kill(family.life.pid, 'SIGSTOP')
      process.kill(family.pidOf('child'), 'SIGKILL')
      await untilEnded(family.pidOf('child'))

      expect(isInTable(family.pidOf('child'))).toBe(true)
      expect(pidsIn(await host.tree(family.life))).toEqual([family.life.pid])
    })

    test('leaves other lives and the harness out', async () => {
      const [family, other] = await Promise.all([
        startFamily({ name: 'leader' }),
        startFamily({ name: 'leader' }),
      ])

      expect(pidsIn(await host.tree(family.life))).toEqual([family.life.pid])
      expect(pidsIn(await host.tree(other.life))).toEqual([other.life.pid])
    })

    test('is empty when the life is over', async () => {
      const { life } = await startFamily({ name: 'leader' })
      process.kill(life.pid, 'SIGKILL')
      await untilEnded(life.pid)

      expect(await host.tree(life)).toEqual([])
    })

    test.runIf(seesMarkers)('takes the leader of another life for a stranger at first sight', async () => {
      const other = await startFamily({ name: 'leader' })

      expect(await host.tree({ pid: other.life.pid, marker: 'not the one it carries' })).toEqual([])
    })
  })
})

function pidsIn(members: readonly ProcessInfo[]): number[] {
  return members.map(member => member.pid).sort((a, b) => a - b)
}

function find(members: readonly ProcessInfo[], pid: number): ProcessInfo | undefined {
  return members.find(member => member.pid === pid)
}
