import { beforeEach, describe, expect, test } from 'vitest'
import type { ProcessInfo } from '../../../harness/host/host.ts'
import { killMembers } from '../../../harness/host/signals.ts'
import { type Family, isAlive, PATIENCE_MS, startFamily, untilEnded } from './families.ts'

const FAMILY = { name: 'leader', children: [{ name: 'child' }, { name: 'runaway', ownSession: true }] }

describe.skipIf(process.platform === 'win32')('killMembers', { timeout: 2 * PATIENCE_MS }, () => {
  let family: Family
  let leader: ProcessInfo
  let runaway: ProcessInfo

  beforeEach(async () => {
    family = await startFamily(FAMILY)
    leader = {
      pid: family.life.pid,
      parentPid: process.pid,
      groupId: family.life.pid,
      startedAt: '',
      command: '',
    }
    const pid = family.pidOf('runaway')
    runaway = { ...leader, pid, parentPid: leader.pid, groupId: pid }
  })

  test('ends the group at once, also those in it whom no look has found, and each one outside', async () => {
    killMembers(family.life, [leader, runaway], () => true)

    for (const name of ['leader', 'child', 'runaway']) await untilEnded(family.pidOf(name))
  })

  test('leaves a pid alone that has changed hands since the look', async () => {
    killMembers(family.life, [leader, runaway], member => member.pid !== runaway.pid)

    await untilEnded(leader.pid)
    expect(isAlive(runaway.pid)).toBe(true)
  })

  test('does not signal a group of which no member was found: that may be a stranger', async () => {
    killMembers(family.life, [runaway], () => true)

    await untilEnded(runaway.pid)
    expect([leader.pid, family.pidOf('child')].every(isAlive)).toBe(true)
  })
})
