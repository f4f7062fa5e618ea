import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

function said(life: Script, clause: ClauseId) {
  return diagnosisIn(evidenceOf({ lives: [life.leaves()] }), clause)
}

/** Not ready: it ended with 1, having said this. */
function refuses(id: string, ...words: string[]): Script {
  const life = aLife(id).after(20)
  for (const line of words) life.logs(line)
  return life.after(5).exits(1)
}

const IN_USE = 'OSError: [Errno 98] Address already in use'
const LOCKED = 'sqlite3.OperationalError: database is locked'

describe.each([
  ['fleet/ready-together', 'fleet-sigterm.2', 'allows-one-instance'],
  ['fleet/independent-crash', 'fleet-crash.3', 'crash-leaves-a-lock'],
  ['fleet/restarts', 'restarts.2', 'start-meets-what-the-last-left'],
  ['fleet/restarts', 'restarts.7', 'starts-badly-now-and-then'],
] as const)('%s: one does not start', (clause, id, general) => {
  test('because of its port', () => {
    expect(said(refuses(id, IN_USE), clause)).toMatchObject({
      id: 'port-fixed',
      evidence: expect.arrayContaining([`the system's error: ${IN_USE}`]),
    })
  })

  test('because of its database', () => {
    expect(said(refuses(id, LOCKED), clause)?.id).toBe('state-locked')
  })

  test('and nobody knows more of it', () => {
    expect(said(refuses(id, 'giving up'), clause)?.id).toBe(general)
  })

  test('because the system does not launch it', () => {
    const life = aLife(id).launchFails('EAGAIN', 'spawn EAGAIN')

    expect(said(life, clause)?.id).toBe('instance-could-not-be-launched')
  })
})

describe('several at once', () => {
  test('wait for one another when they start', () => {
    const life = aLife('fleet-sigterm.2').isLate('announcement').isKilled()

    expect(said(life, 'fleet/ready-together')?.id).toBe('waits-for-its-sibling')
  })

  test('announce the same port', () => {
    const lives = [1, 2].map(instance =>
      aLife(`fleet-sigterm.${instance}`).announces(7_000).isReady().stopsOn('SIGTERM'),
    )
    const diagnosis = diagnosisIn(evidenceOf({ lives }), 'fleet/ready-together')

    expect(diagnosis).toMatchObject({
      id: 'instances-announce-the-same-port',
      evidence: ['fleet-sigterm.1 and fleet-sigterm.2 both announced port 7000'],
    })
  })

  test('wait for one another when they stop', () => {
    const life = aLife('fleet-sigterm.2').announces(7_001).isReady().after(20).isAsked('check')
    life.isSent('SIGTERM').isLate('exit').isSeenHanging({}).isKilled()

    expect(said(life, 'fleet/clean-exit')?.id).toBe('stops-wait-for-one-another')
  })

  test('race for a file when they stop', () => {
    const life = aLife('fleet-sigterm.2').announces(7_001).isReady().after(20).isAsked('check')
    life.isSent('SIGTERM').logs("[Errno 2] No such file or directory: '/home/state'").exits(1)

    expect(said(life, 'fleet/clean-exit')).toMatchObject({
      id: 'stops-race-for-what-they-share',
      evidence: expect.arrayContaining([expect.stringContaining('No such file or directory')]),
    })
  })
})

describe('one is stopped, and another one', () => {
  const other = (after: (life: Script) => Script) =>
    said(after(aLife('fleet-sigterm.2').announces(7_001).isReady().after(20)), 'fleet/independent-stop')

  test('dies of a signal of its', () => {
    expect(other(life => life.exits('SIGTERM'))?.id).toBe('kills-its-siblings')
  })

  test('ends as if it had been told to', () => {
    expect(other(life => life.exits(0))?.id).toBe('ends-with-its-sibling')
  })

  test('ends with an error', () => {
    expect(other(life => life.exits(1))?.id).toBe('breaks-when-a-sibling-stops')
  })

  test('answers no more', () => {
    const diagnosis = other(life => life.isAsked('check', { fails: 'ETIMEDOUT' }).stopsOn('SIGTERM'))

    expect(diagnosis).toMatchObject({
      id: 'breaks-when-a-sibling-stops',
      evidence: ['GET /health: ETIMEDOUT'],
    })
  })
})

test('one is killed, and another one answers no more', () => {
  const witness = aLife('fleet-crash.2').announces(7_001).isReady().after(80)
  witness.isAsked('check', { status: 500 }).stopsOn('SIGTERM')

  expect(said(witness, 'fleet/independent-crash')?.id).toBe('ends-when-a-sibling-crashes')
})

test('one is killed, and nobody could launch another one', () => {
  const evidence = evidenceOf()
  const lives = evidence.lives.filter(({ id }) => id !== 'fleet-crash.3')

  expect(diagnosisIn({ ...evidence, lives }, 'fleet/independent-crash')?.id).toBe('crash-is-not-survived')
})

describe('an end that is not clean, after some that were', () => {
  const stops = (id: string, exit: number) =>
    said(aLife(id).announces().isReady().stopsOn('SIGTERM', { exit }), 'fleet/restarts')

  test('the second in a home meets what the first has left', () => {
    expect(stops('restarts.3', 1)?.id).toBe('ends-badly-now-and-then')
    const second = aLife('restarts.2').announces().isReady().stopsOn('SIGINT', { exit: 1 })

    expect(said(second, 'fleet/restarts')?.id).toBe('end-meets-what-the-last-left')
  })
})
