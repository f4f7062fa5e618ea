import { describe, expect, test } from 'vitest'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, loopback, type Sight } from './recordings.ts'

const baseline = () => aLife('stop-sigterm').announces().isReady()

describe('net/loopback-only', () => {
  const ID = 'net/loopback-only'

  /** What is found when the baseline listens like this. */
  function judge(sight: Sight) {
    const life = baseline().isSeen(sight).stopsOn('SIGTERM')
    return findingOf(ID, evidenceOf({ clauses: [ID], lives: [life] }))
  }

  test('passes with the addresses that were seen', () => {
    const listeners = [loopback(41_234), loopback(41_234, '::1'), loopback(9229, '127.0.1.1')]
    expect(judge({ listeners })).toEqual({ outcome: 'pass', observed: '127.0.0.1, ::1, 127.0.1.1' })
  })

  test.each([
    ['0.0.0.0', 'it listens on 0.0.0.0:41234, reachable from every interface'],
    ['::', 'it listens on [::]:41234, reachable from every interface'],
    ['192.168.1.7', 'it listens on 192.168.1.7:41234, reachable from the network'],
    ['fe80::1', 'it listens on [fe80::1]:41234, reachable from the network'],
  ])('fails for a socket on %s', (address, observed) => {
    expect(judge({ listeners: [loopback(41_234), loopback(41_234, address)] })).toEqual({
      outcome: 'fail',
      expected: 'every listening socket is bound to loopback (127.0.0.1 or ::1)',
      observed,
      seen: { life: 'stop-sigterm', sinceLaunchMs: 45 },
    })
  })
})

describe('net/no-other-listeners', () => {
  const ID = 'net/no-other-listeners'

  /** What is found when the baseline listens on these ports beside the one that it announced. */
  function judge(ports: readonly number[], net: ContractInput['net'] = {}) {
    const listeners = [41_234, ...ports].map(port => loopback(port))
    const life = baseline().isSeen({ listeners }).stopsOn('SIGTERM')
    return findingOf(ID, evidenceOf({ clauses: [ID], contract: { net }, lives: [life] }))
  }

  test('passes for its port alone, at whatever address', () => {
    const listeners = [loopback(41_234), loopback(41_234, '::1'), loopback(41_234, '0.0.0.0')]
    const life = baseline().isSeen({ listeners }).stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ clauses: [ID], lives: [life] }))).toEqual({
      outcome: 'pass',
      observed: 'nothing else, in 1 look at who listens',
    })
  })

  test('fails for another', () => {
    expect(judge([9229, 9230])).toEqual({
      outcome: 'fail',
      expected: 'it listens on 41234, which it announced, and on nothing else',
      observed: 'it also listens on 127.0.0.1:9229, 127.0.0.1:9230',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 45 },
    })
  })

  test('fails for one that opens later', () => {
    const life = baseline().isSeen().after(200)
    const listeners = [loopback(41_234), loopback(9229)]
    const evidence = evidenceOf({ clauses: [ID], lives: [life.isSeen({ listeners }).stopsOn('SIGTERM')] })
    expect(findingOf(ID, evidence)).toMatchObject({
      outcome: 'fail',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 248 },
    })
  })

  test('passes for those that the contract allows', () => {
    expect(judge([9229], { ports: [9229] })).toEqual({
      outcome: 'pass',
      observed: 'nothing else, beside what the contract allows (9229), in 1 look at who listens',
    })
    expect(judge([50_123], { ports: [0] })).toMatchObject({ outcome: 'pass' })
    expect(judge([50_123, 50_124], { ports: [0, 0] })).toMatchObject({ outcome: 'pass' })
  })

  test('fails for more than the contract allows', () => {
    expect(judge([9229, 50_123, 50_124], { ports: [9229, 0] })).toMatchObject({
      outcome: 'fail',
      expected:
        'it listens on 41234, which it announced, beside what the contract allows (9229, one that the system picks), and on nothing else',
      observed: 'it also listens on 127.0.0.1:50123, 127.0.0.1:50124',
    })
  })

  test('allows every port that was announced: another clause wants one', () => {
    const twice = aLife('stop-sigterm').announces(41_233).announces(41_234).isReady()
    const listeners = [loopback(41_233), loopback(41_234)]
    const evidence = evidenceOf({ clauses: [ID], lives: [twice.isSeen({ listeners }).stopsOn('SIGTERM')] })
    expect(findingOf(ID, evidence)).toMatchObject({ outcome: 'pass' })
  })
})

describe.each(['net/loopback-only', 'net/no-other-listeners'] as const)('%s', id => {
  test('is skipped when nobody can see who listens', () => {
    const life = baseline().lookFails('lsof is not installed')
    const evidence = evidenceOf({ clauses: [id], lives: [life.stopsOn('SIGTERM')] })
    expect(findingOf(id, evidence)).toEqual({
      outcome: 'skipped',
      reason: 'who listens could not be seen: lsof is not installed',
    })
  })

  test('is skipped when it was gone before the look', () => {
    const life = baseline().isSeen({ listeners: [], processes: [] }).stopsOn('SIGTERM')
    expect(findingOf(id, evidenceOf({ clauses: [id], lives: [life] }))).toEqual({
      outcome: 'skipped',
      reason: 'it was gone before anybody could see where it listens',
    })
  })
})

describe('net/ipv4-reachable', () => {
  const ID = 'net/ipv4-reachable'
  const refusing = () =>
    aLife('stop-sigterm')
      .announces()
      .isAsked('first', { refused: true })
      .after(25)
      .isAsked('retry', { refused: true })
      .isLate('health')
  const seenOn = (address: string) =>
    refusing()
      .isSeen({ listeners: [loopback(41_234, address)] })
      .isSent('SIGTERM')
      .exits(0)
      .leaves()

  test('passes with what was dialled', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({
      outcome: 'pass',
      observed: '127.0.0.1:41000 reaches it',
    })
  })

  // `::` that takes no IPv4 with it looks as one that does.
  test.each(['::1', '::', '192.168.1.7'])('fails alone when it listens on %s', address => {
    const evidence = evidenceOf({ only: [seenOn(address)] })
    const where = address.includes(':') ? `[${address}]` : address
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: '127.0.0.1:41234 reaches it',
      observed: `it listens on ${where}:41234 alone, and every connection to 127.0.0.1 failed (ECONNREFUSED)`,
      seen: { life: 'stop-sigterm', sinceLaunchMs: 41 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('says nothing of one that listens on another port: that is announce/own-port', () => {
    const life = aLife('port-explicit', { port: '41234' }).announces(41_234)
    const refused = life.isAsked('first', { refused: true }).isLate('health')
    const listeners = [loopback(8080, '::1')]
    const lives = [refused.isSeen({ listeners }).isSent('SIGTERM').exits(0).leaves()]
    expect(findingOf(ID, evidenceOf({ lives }))).toMatchObject({ outcome: 'pass' })
    expect(findingOf('announce/own-port', evidenceOf({ lives }))).toMatchObject({ outcome: 'fail' })
  })

  test('is not what is wrong when it listens there and refuses, or nobody saw where', () => {
    const nobodyLooked = refusing().lookFails('lsof is not installed').isSent('SIGTERM').exits(0).leaves()
    for (const life of [seenOn('127.0.0.1'), nobodyLooked]) {
      const evidence = evidenceOf({ only: [life] })
      expect(idsWith('fail', evidence)).toEqual(['start/within-budget'])
      expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'start/within-budget' })
    }
  })
})
