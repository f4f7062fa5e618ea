import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, aProcess, loopback } from './recordings.ts'

describe('stop/killed', () => {
  const ID = 'stop/killed'
  const killed = () =>
    aLife(ID.slice('stop/'.length)).announces().isReady().isSeen().isSent('SIGKILL').after(1)

  test('passes when nothing is left', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'nothing left 6.0 ms after SIGKILL',
    })
  })

  test('fails for what survives, and says who of them has the port', () => {
    const port = { free: false, holders: [loopback(41_234), { ...loopback(41_234), pid: 778 }] }
    const processes = [aProcess(777, 'worker'), aProcess(778, 'serv\u001Ber')]
    const life = killed().exits('SIGKILL').isLate('tree', 5000).after(520).leaves({ port, processes })
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: 'nothing of its tree is left 5.00 s after SIGKILL',
      observed:
        'still alive 5.52 s after it: 777 (worker), 778 (serv\\x1ber); 778 listens on 127.0.0.1:41234',
      seen: { life: 'killed', sinceLaunchMs: 5566 },
    })
    // Who is killed has no time to end its children: that is a promise of its own.
    expect(idsWith('fail', evidence)).toEqual([ID])
  })

  test('is skipped where nobody could look', () => {
    const life = killed().exits('SIGKILL').lookFails('ps is not installed').leaves({ processes: 'unknown' })
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'skipped',
      reason: 'what was left could not be seen: ps is not installed',
    })
  })

  test('is skipped when it ended before', () => {
    const life = aLife('killed')
      .announces()
      .isReady()
      .isSeen()
      .exits(1)
      .isSent('SIGKILL', { delivered: false })
    expect(findingOf(ID, evidenceOf({ lives: [life.leaves()] }))).toEqual({
      outcome: 'skipped',
      reason: 'it had exited before it could be killed',
    })
  })
})

describe('stop/parent-death', () => {
  const ID = 'stop/parent-death'
  const sidecar = { ...aProcess(600, 'backend'), parentPid: 500 }
  const begun = () => aLife(ID.slice('stop/'.length)).logs('up')
  const orphaned = () =>
    begun().announces().isReady().isSeen().isBehindParent(sidecar).isSent('SIGKILL').after(1).exits('SIGKILL')

  test('passes with the time that it took to notice', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({ outcome: 'pass', observed: 'gone 251 ms after its parent' })
  })

  test('fails when it is still there, or what it started', () => {
    const late = () => orphaned().isLate('tree', 5000).after(520)
    const worker = aProcess(601, 'worker')
    const evidence = evidenceOf({ lives: [late().leaves({ processes: [sidecar, worker] })] })
    expect(findingOf(ID, evidence)).toEqual({
      outcome: 'fail',
      expected: 'it ends by itself within 5.00 s after its parent was killed outright',
      observed: 'still running: 600 (backend), 601 (worker)',
      seen: { life: 'parent-death', sinceLaunchMs: 5566 },
    })
    expect(idsWith('fail', evidence)).toEqual([ID])
    const left = evidenceOf({ lives: [late().leaves({ processes: [worker] })] })
    expect(findingOf(ID, left)).toMatchObject({ observed: 'it ended, and left behind: 601 (worker)' })
  })

  test('fails when it ends too late', () => {
    const life = orphaned().isLate('tree', 5000).after(300).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      observed: 'it had not ended by then; 5.30 s after the kill it had',
    })
  })

  test('fails for what was left though the tree had been seen to be gone', () => {
    const life = orphaned()
      .isGone()
      .leaves({ processes: [aProcess(602, 'late')] })
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toMatchObject({ outcome: 'fail' })
  })

  test('is skipped when it does not start behind another parent, and when nobody could look', () => {
    const unready = begun().after(9).exits(1).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [unready] }))).toEqual({
      outcome: 'skipped',
      reason:
        'launched by another parent, it did not become ready: it exited with code 1, 9.0 ms after its launch, with nothing announced; its last words on stderr: "up"',
    })
    const blind = begun().announces().isReady().lookFails('no table').isSent('SIGKILL').exits('SIGKILL')
    expect(findingOf(ID, evidenceOf({ lives: [blind.leaves({ processes: 'unknown' })] }))).toEqual({
      outcome: 'skipped',
      reason: 'what was left could not be seen: no table',
    })
  })
})
