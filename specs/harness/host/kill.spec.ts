import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { MARKER_VARIABLE } from '../../../harness/host/host.ts'
import {
  endGroup,
  isAlive,
  lineage,
  orphan,
  PATIENCE_MS,
  pidsOf,
  startFamily,
  untilEnded,
  untilReaped,
} from './families.ts'
import { HOSTS } from './hosts.ts'

describe.each(HOSTS)('$kind host', { timeout: 2 * PATIENCE_MS }, ({ host, missing }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing))

  describe('signal', () => {
    test('reaches the one process, and says when there is none any more', async () => {
      const family = await startFamily({ name: 'leader', children: [{ name: 'child' }] })

      expect(host.signal(family.life.pid, 'SIGTERM')).toBe(true)
      await untilReaped(family.life.pid)
      expect(isAlive(family.pidOf('child'))).toBe(true)
      expect(host.signal(family.life.pid, 'SIGTERM')).toBe(false)
    })

    test.each([0, 1, -1, -process.pid, process.pid, 1.5])('refuses %d', pid => {
      expect(() => host.signal(pid, 'SIGCONT')).toThrow(RangeError)
    })
  })

  describe('killTree', () => {
    test('ends all: those in the group, in sessions of their own, and those that ignore SIGTERM', async () => {
      const family = await startFamily({
        name: 'leader',
        ignoresSigterm: true,
        children: [
          { name: 'stubborn', ignoresSigterm: true },
          {
            name: 'runaway',
            ownSession: true,
            children: [
              { name: 'follower', ignoresSigterm: true },
              { name: 'second', ownSession: true },
            ],
          },
        ],
      })
      const [other] = await Promise.all([startFamily({ name: 'leader' })])

      expect(await host.killTree(family.life, PATIENCE_MS)).toEqual([])

      const pids = pidsOf(family, 'leader', 'stubborn', 'runaway', 'follower', 'second')
      expect(pids.filter(isAlive)).toEqual([])
      expect(isAlive(other.life.pid)).toBe(true)
    })

    test('ends what was left behind outside the group after the leader has gone', async () => {
      const family = await startFamily(lineage({ name: 'runaway', ownSession: true }))
      await host.tree(family.life)
      await orphan(family)
      process.kill(family.life.pid, 'SIGKILL')
      await untilEnded(family.life.pid)

      expect(await host.killTree(family.life, PATIENCE_MS)).toEqual([])
      expect(isAlive(family.pidOf('runaway'))).toBe(false)
    })

    test('finds nothing to do when the life is over', async () => {
      const { life } = await startFamily({ name: 'leader' })
      process.kill(life.pid, 'SIGKILL')
      await untilEnded(life.pid)

      expect(await host.killTree(life, 0)).toEqual([])
    })

    test.each([0, 1, -2, 1.5])('refuses %d as a leader', async pid => {
      await expect(host.killTree({ pid, marker: 'none' }, 0)).rejects.toThrow(RangeError)
    })

    test('spares the harness, and with it the group that it is in', async () => {
      const program = join(import.meta.dirname, 'programs/own-group.ts')
      const harness = spawn(process.execPath, [program, host.kind], {
        detached: true,
        // Its own, begun with the test run's. With that alone, all that the run has just started would be its life.
        env: { ...process.env, [MARKER_VARIABLE]: `${process.env[MARKER_VARIABLE] ?? 'spec'}.own-group` },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => endGroup(harness))

      expect(await text(harness.stdout)).toBe('companion SIGKILL\nharness alive\n')
    })
  })
})
