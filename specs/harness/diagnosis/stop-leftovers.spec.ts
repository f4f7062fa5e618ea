import { describe, expect, test } from 'vitest'
import type { ArtifactDescription } from '../../../harness/artifact/description.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ProcessInfo } from '../../../harness/host/host.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, loopback, type Remains, type Script, type Sight } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

const PORT = 41_234
const LEADER = aProcess(500)
const WORKER = aProcess(700, 'worker')
const SERVER = { ...loopback(PORT), pid: WORKER.pid }
const ONEFILE: Partial<ArtifactDescription> = {
  payload: { runtime: 'pyinstaller', version: null, state: 'carried', bytes: null },
}

/** What it was while it was well, what was left of it, and how it was told. */
function left(sight: Sight, remains: Remains, id = 'stop-sigterm'): Script {
  const life = aLife(id).isLaunched().announces(PORT).isReady().isSeen(sight)
  if (id === 'killed') return life.isSent('SIGKILL').exits('SIGKILL').isLate('tree').leaves(remains)
  return life.isSent('SIGTERM').after(5).exits(0).letsGoOfItsStreams().leaves(remains)
}

function said(life: Script, clause: ClauseId, artifact: Partial<ArtifactDescription> = {}) {
  return diagnosisIn(evidenceOf({ lives: [life], artifact }), clause)
}

describe('a process is left', () => {
  const alone: Sight = { processes: [LEADER] }

  test.each([
    ['that was there before', { processes: [LEADER, WORKER] }, WORKER, 'worker-outlives-it'],
    ['that was not', alone, WORKER, 'started-at-its-end'],
    ['in a group of its own', alone, { ...WORKER, groupId: 700 }, 'left-in-a-session-of-its-own'],
    [
      'that serves',
      { processes: [LEADER, WORKER], listeners: [SERVER] },
      WORKER,
      'server-outlives-its-launcher',
    ],
  ] as const)('%s', (_what, sight, process: ProcessInfo, id) => {
    expect(said(left(sight, { processes: [process] }), 'stop/no-orphans')?.id).toBe(id)
  })

  test('of which nobody knows since when', () => {
    const life = aLife('stop-sigterm').isLaunched().announces(PORT).isReady().isSent('SIGTERM').exits(0)
    life.letsGoOfItsStreams()
    const evidence = evidenceOf({ only: [life.leaves({ processes: [WORKER] })] })

    expect(diagnosisIn(evidence, 'stop/no-orphans')).toMatchObject({
      id: 'process-left-behind',
      evidence: ['still alive: 700 (worker)'],
    })
  })

  test('that holds its streams', () => {
    const life = aLife('stop-sigterm').isLaunched().announces(PORT).isReady().isSeen(alone)
    life
      .isSent('SIGTERM')
      .exits(0)
      .leaves({ processes: [WORKER] })
      .after(80)
      .letsGoOfItsStreams()

    expect(said(life, 'stop/no-orphans')).toMatchObject({
      id: 'left-holding-the-pipes',
      evidence: expect.arrayContaining(['stdout and stderr still held open']),
    })
  })

  test('that has got its socket', () => {
    const holders = [{ ...loopback(PORT), pid: WORKER.pid }]
    const life = left(alone, { processes: [WORKER], port: { free: false, holders } })

    expect(said(life, 'stop/frees-port')).toMatchObject({
      id: 'child-inherits-the-port',
      evidence: expect.arrayContaining(['700 listens on 127.0.0.1:41234']),
    })
  })
})

test('somebody who cannot be told to be of it keeps its port, each time', () => {
  const port = { free: false, holders: [{ ...loopback(PORT), pid: 900 }] }
  const life = left({}, { port })

  expect(diagnosisIn(evidenceOf({ only: [life] }), 'stop/frees-port')?.id).toBe('port-kept-by-a-runaway')
})

describe('killed outright', () => {
  const both: Sight = { processes: [LEADER, WORKER] }

  test.each([
    ['a worker lives on', both, WORKER, {}, 'worker-survives-the-kill'],
    ['the server lives on', { ...both, listeners: [SERVER] }, WORKER, {}, 'server-survives-the-kill'],
    [
      'what PyInstaller has unpacked lives on',
      { ...both, listeners: [SERVER] },
      WORKER,
      ONEFILE,
      'packed-as-two-processes',
    ],
    [
      'what runs the same file lives on',
      { ...both, listeners: [SERVER] },
      aProcess(700, '/app/backend --child'),
      {},
      'packed-as-two-processes',
    ],
  ] as const)('%s', (_what, sight, process, artifact, id) => {
    expect(said(left(sight, { processes: [process] }, 'killed'), 'stop/killed', artifact)?.id).toBe(id)
  })
})

describe('its parent is killed', () => {
  const ITSELF = { ...aProcess(600), parentPid: 500 }
  const orphan = (processes: readonly ProcessInfo[], listeners = [loopback(PORT)]) =>
    aLife('parent-death')
      .announces(PORT)
      .isReady()
      .isSeen({ processes: [LEADER, ITSELF, WORKER], listeners })
      .isBehindParent(ITSELF)
      .isSent('SIGKILL')
      .exits('SIGKILL')
      .isLate('tree')
      .leaves({ processes })

  test('and it serves on', () => {
    expect(said(orphan([ITSELF]), 'stop/parent-death')?.id).toBe('never-notices-parent-death')
  })

  test('and it ends late', () => {
    expect(said(orphan([]), 'stop/parent-death')?.id).toBe('notices-parent-death-late')
  })

  test('and only a worker of it is left', () => {
    expect(said(orphan([WORKER]), 'stop/parent-death')?.id).toBe('worker-survives-the-parent')
  })

  test('and neither the launcher nor the server looks after it', () => {
    const child = { ...WORKER, parentPid: ITSELF.pid }
    const life = orphan([ITSELF, child], [SERVER])

    expect(said(life, 'stop/parent-death')?.id).toBe('parent-death-stays-with-the-launcher')
  })
})
