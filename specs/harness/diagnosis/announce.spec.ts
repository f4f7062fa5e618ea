import { describe, expect, test } from 'vitest'
import type { ArtifactDescription } from '../../../harness/artifact/description.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, loopback, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

const PYTHON: Partial<ArtifactDescription> = {
  payload: { runtime: 'pyinstaller', version: null, state: 'carried', bytes: null },
}

/** One that listens, and of which nothing was announced by its time. */
function mute(): Script {
  return aLife('stop-sigterm')
    .isLate('announcement')
    .isSeen({ listeners: [loopback(41_234)] })
    .isSent('SIGTERM')
}

describe('announce/flushed', () => {
  const found = (life: Script, artifact: Partial<ArtifactDescription> = {}) =>
    diagnosisIn(evidenceOf({ only: [life.leaves()], artifact }), 'announce/flushed')

  test('the line that comes with the end was in a buffer', () => {
    const life = mute().after(5).writes('stdout', 'BACKEND_PORT:41234\n').exits(0)
    expect(found(life)?.id).toBe('stdout-buffered')
  })

  test('a signal loses what is in a buffer', () => {
    expect(found(mute().exits('SIGTERM'), PYTHON)?.id).toBe('stdout-buffered')
  })

  test('Python writes it out when it exits: what does not come then was never written', () => {
    expect(found(mute().exits(0), PYTHON)?.id).toBe('announcement-never-written')
  })

  test('Node keeps nothing back', () => {
    const payload = { runtime: 'node', version: null, state: 'carried', bytes: null } as const
    expect(found(mute().exits('SIGTERM'), { payload })?.id).toBe('announcement-never-written')
  })

  test('another line than the contract has', () => {
    const life = aLife('stop-sigterm').writes('stdout', 'Listening on 41234\n').isLate('announcement')
    const end = life
      .isSeen({ listeners: [loopback(41_234)] })
      .isSent('SIGTERM')
      .exits(0)
    expect(found(end)).toMatchObject({
      id: 'announcement-not-recognised',
      evidence: ['it wrote "Listening on 41234"', 'expected is BACKEND_PORT:{port}'],
    })
  })
})

describe('announce/well-formed', () => {
  test.each([
    ['BACKEND_PORT:41234', 'announcement-unterminated'],
    ['starting\rBACKEND_PORT:41234\n', 'announcement-behind-carriage-return'],
    ['\u001B]0;backend\u0007BACKEND_PORT:41234\n', 'announcement-with-terminal-commands'],
    ['BACKEND_PORT:\u001B[33m41234\u001B[39m\n', 'announcement-coloured'],
    ['\uFEFFBACKEND_PORT:41234\n', 'announcement-encoded'],
    ['BACKEND_PORT:0\n', 'announced-port-zero'],
    ['BACKEND_PORT:041234\n', 'announced-number-formatted'],
    ['BACKEND_PORT:41,234\n', 'announced-number-formatted'],
    ['BACKEND_PORT:0xa112\n', 'announced-number-formatted'],
    ['BACKEND_PORT:undefined\n', 'announced-no-port'],
    ['BACKEND_PORT:null\n', 'announced-no-port'],
    ['BACKEND_PORT:70000\n', 'announced-no-port'],
    ['BACKEND_PORT: 41234\n', 'announcement-spaced'],
    [' BACKEND_PORT:41234\n', 'announcement-spaced'],
    ['BACKEND_PORT:41234 (pid 7)\n', 'announcement-with-remark'],
    ['backend_port:41234\n', 'announcement-misspelt'],
  ])('%j: %s', (bytes, id) => {
    const life = aLife('stop-sigterm').writes('stdout', bytes).isLate('announcement')
    const end = life
      .isSeen({ listeners: [loopback(41_234)] })
      .isSent('SIGTERM')
      .exits(0)
      .leaves()
    expect(diagnosisIn(evidenceOf({ only: [end] }), 'announce/well-formed')?.id).toBe(id)
  })
})

describe('announce/once', () => {
  const found = (life: Script) =>
    diagnosisIn(evidenceOf({ lives: [life.exits(0).leaves()] }), 'announce/once')
  const announced = () => aLife('stop-sigint').announces().isReady().after(3)

  test('twice the same', () => {
    const life = announced().writes('stdout', 'BACKEND_PORT:41234\n').after(5).isSent('SIGINT')
    expect(found(life)?.id).toBe('announced-twice')
  })

  test('another port', () => {
    const life = announced().writes('stdout', 'BACKEND_PORT:41235\n').isSent('SIGINT')
    expect(found(life)?.id).toBe('announced-two-ports')
  })

  test('once more at the stop', () => {
    const life = announced().isSent('SIGINT').after(2).writes('stdout', 'BACKEND_PORT:41234\n')
    expect(found(life)?.id).toBe('announced-again-at-stop')
  })
})

describe('announce/on-stdout', () => {
  test('the contract names stderr, and it comes on stdout', () => {
    const life = aLife('stop-sigterm').writes('stdout', 'BACKEND_PORT:41234\n').isLate('announcement')
    const end = life
      .isSeen({ listeners: [loopback(41_234)] })
      .isSent('SIGTERM')
      .exits(0)
      .leaves()
    const contract = { announce: { line: 'BACKEND_PORT:{port}', on: 'stderr' as const } }
    expect(diagnosisIn(evidenceOf({ only: [end], contract }), 'announce/on-stdout')).toMatchObject({
      id: 'announced-on-the-other-stream',
      cause: 'The announcement is written to stdout, and its app reads stderr.',
    })
  })
})

describe('announce/own-port', () => {
  test('nobody answers there, and it listens elsewhere', () => {
    const life = aLife('stop-sigterm').announces().isAsked('first', { refused: true }).isLate('health')
    const end = life
      .isSeen({ listeners: [loopback(50_000)] })
      .isSent('SIGTERM')
      .exits(0)
      .leaves()
    expect(diagnosisIn(evidenceOf({ only: [end] }), 'announce/own-port')?.id).toBe(
      'announced-port-not-listened-on',
    )
  })

  test('somebody else answers', () => {
    const life = aLife('stop-sigterm')
      .announces()
      .isReady()
      .isSeen({ listeners: [loopback(50_000)] })
    const evidence = evidenceOf({ only: [life.stopsOn('SIGTERM')] })
    expect(diagnosisIn(evidence, 'announce/own-port')?.id).toBe('announced-anothers-port')
  })
})
