import { describe, expect, test } from 'vitest'
import { phasesOf } from '../../../harness/report/life-phases.ts'
import { processesOf } from '../../../harness/report/life-processes.ts'
import { aLife, aProcess, type Script } from '../clauses/recordings.ts'

const phases = (life: Script) =>
  phasesOf(life.toRecording()).map(({ name, fromMs, toMs }) => [name, fromMs, toMs])

describe('the phases of a life', () => {
  test('follow each other without a gap, from its launch to its end', () => {
    const life = aLife('stop-sigterm').announces().isReady().stopsOn('SIGTERM')
    expect(phases(life)).toEqual([
      ['starting', 0, 40],
      ['answering', 40, 42],
      ['serving', 42, 50],
      ['stopping', 50, 55],
      ['gone', 55, 55],
    ])
  })

  test('never go back: what announces after it was asked to stop is stopping', () => {
    const life = aLife('during-startup.1').after(3).isSent('SIGTERM').announces().isReady().after(5).exits(0)
    expect(phases(life)).toEqual([
      ['starting', 0, 3],
      ['stopping', 3, 50],
      ['gone', 50, 50],
    ])
  })

  test('are left out where it never came to them', () => {
    const silent = aLife('stop-sigterm').isLate('announcement').isKilled().leaves()
    expect(phases(silent).map(([name]) => name)).toEqual(['starting', 'gone'])
    const refused = aLife('stop-sigterm').after(2).launchFails('ENOEXEC', 'exec format error')
    expect(phases(refused)).toEqual([
      ['starting', 0, 2],
      ['gone', 2, 2],
    ])
  })
})

describe('the processes of a life', () => {
  const worker = { ...aProcess(501, 'worker'), parentPid: 500 }

  test('are the launched one until its exit, and others from when they were first to when they were last seen', () => {
    const life = aLife('idle')
      .isLaunched()
      .announces()
      .isReady()
      .isSeen({ processes: [aProcess(500), worker] })
    const recording = life
      .stopsOn('SIGTERM')
      .leaves({ processes: [worker] })
      .toRecording()
    expect(processesOf(recording)).toEqual([
      { pid: 500, command: 'backend', fromMs: 0, toMs: 58, isLeader: true, isLeft: false },
      { pid: 501, command: 'worker', fromMs: 45, toMs: 58, isLeader: false, isLeft: true },
    ])
  })

  test('with one pid are two where they did not start at one time', () => {
    const again = { ...worker, startedAt: '1', command: 'another' }
    const life = aLife('idle')
      .isLaunched()
      .isSeen({ processes: [worker] })
      .isSeen({ processes: [again] })
    expect(processesOf(life.toRecording()).map(({ command }) => command)).toEqual([null, 'worker', 'another'])
  })
})
