import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, loopback, type Sight } from './recordings.ts'

const ID = 'net/loopback-only'

describe(ID, () => {
  /** What is found when the baseline listens like this. */
  function judge(sight: Sight) {
    const life = aLife('stop-sigterm').announces().isReady().isSeen(sight).stopsOn('SIGTERM')
    return findingOf(ID, evidenceOf({ clauses: [ID], lives: [life] }))
  }

  test('passes with the addresses that were seen', () => {
    const listeners = [loopback(41_234), loopback(41_234, '::1'), loopback(9229, '127.0.1.1')]
    expect(judge({ listeners })).toEqual({ outcome: 'pass', observed: '127.0.0.1, ::1, 127.0.1.1' })
  })

  test.each([
    ['0.0.0.0', 'it listens on 0.0.0.0:41234, reachable from every interface'],
    ['::', 'it listens on :::41234, reachable from every interface'],
    ['192.168.1.7', 'it listens on 192.168.1.7:41234, reachable from the network'],
    ['fe80::1', 'it listens on fe80::1:41234, reachable from the network'],
  ])('fails for a socket on %s', (address, observed) => {
    expect(judge({ listeners: [loopback(41_234), loopback(41_234, address)] })).toEqual({
      outcome: 'fail',
      expected: 'every listening socket is bound to loopback (127.0.0.1 or ::1)',
      observed,
      seen: { life: 'stop-sigterm', sinceLaunchMs: 45 },
    })
  })

  test('is skipped when nobody can see who listens', () => {
    const life = aLife('stop-sigterm').announces().isReady().lookFails('lsof is not installed')
    const evidence = evidenceOf({ clauses: [ID], lives: [life.stopsOn('SIGTERM')] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'skipped',
      reason: 'who listens could not be seen: lsof is not installed',
    })
  })

  test('is skipped when it was gone before the look', () => {
    expect(judge({ listeners: [], processes: [] })).toEqual({
      outcome: 'skipped',
      reason: 'it was gone before anybody could see where it listens',
    })
  })
})
