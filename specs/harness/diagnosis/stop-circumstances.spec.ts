import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, loopback, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

const PORT = 41_234
const SERVES = { listeners: [loopback(PORT)] }
const SLOW: ContractInput = { stop: { slowPath: '/slow' } }

function ready(id: string): Script {
  return aLife(id).isLaunched().logs('starting').announces(PORT).isReady()
}

function said(life: Script, clause: ClauseId, contract: ContractInput = {}) {
  return diagnosisIn(evidenceOf({ lives: [life.leaves()], contract }), clause)
}

describe('told to stop by something else than a signal', () => {
  const byPath: ContractInput = { stop: { requests: [{ http: 'POST /shutdown' }] } }
  const byLine: ContractInput = { stop: { requests: [{ line: 'quit' }] } }
  const byEnd: ContractInput = { stop: { requests: [{ stdin: 'closed' }] } }
  const asked = (status: number) =>
    ready('requested.1').isAsked('stop', { status }, { method: 'POST', path: '/shutdown' })

  test.each([
    ['refuses it', byPath, asked(404), 'stop-path-unknown'],
    ['answers it', byPath, asked(202), 'stop-path-without-effect'],
    ['reads no line', byLine, ready('requested.1').isTold('line'), 'stop-line-unread'],
    ['reads no end', byEnd, ready('requested.1').isTold('closed'), 'stdin-end-unnoticed'],
  ] as const)('it %s, and serves on', (_what, contract, life, id) => {
    const hung = life.isLate('exit').isSeenHanging(SERVES).isKilled()

    expect(said(hung, 'stop/requested', contract)?.id).toBe(id)
  })

  test('it has closed its port, and hangs as it would on a signal', () => {
    const life = asked(202).isLate('exit').isSeenHanging({ listeners: [] }).isKilled()

    expect(said(life, 'stop/requested', byPath)?.id).toBe('kept-up-by-nothing-open')
  })
})

describe('with connections open', () => {
  const held = () => ready('silent-connections-sigterm').isHeldOpen().isAsked('check').isSent('SIGTERM')
  const client = { pid: 500, state: 'established', address: '127.0.0.1', port: PORT } as const
  const connections = [50_000, 50_001].map(remotePort => ({
    ...client,
    remoteAddress: '127.0.0.1',
    remotePort,
  }))

  test('it waits for these', () => {
    const life = held().isLate('exit').isSeenHanging({ connections }).isKilled()

    expect(said(life, 'stop/silent-connections')).toMatchObject({
      id: 'waits-for-silent-connections',
      evidence: expect.arrayContaining([
        'held open: 1 × silent, 1 × half a request head',
        '2 open when its time was over',
      ]),
    })
  })

  test('it waits for these, as far as anybody can see', () => {
    const life = held().isLate('exit').isKilled()

    expect(said(life, 'stop/silent-connections')?.id).toBe('waits-for-silent-connections')
  })

  test('it has closed these, and waits for something else', () => {
    const life = held().isLate('exit').isSeenHanging({}).isKilled()

    expect(said(life, 'stop/silent-connections')?.id).toBe('kept-up-by-nothing-open')
  })

  test('its own deadline is over in the end', () => {
    expect(said(held().after(5_000).exits(1), 'stop/silent-connections')?.id).toBe(
      'own-deadline-exits-nonzero',
    )
  })
})

describe('with a request under way', () => {
  const busy = () =>
    ready('in-flight-sigterm').isBusyWith('/slow').isAsked('check').isSent('SIGTERM').after(20)

  test.each([
    ['half an answer', { fails: 'UND_ERR_SOCKET', receivedBytes: 120 }, 'answer-cut-short'],
    ['a reset', { fails: 'ECONNRESET' }, 'resets-what-is-under-way'],
    ['an end', { fails: 'UND_ERR_SOCKET' }, 'drops-what-is-under-way'],
    ['a refusal', { status: 503 }, 'refuses-what-is-under-way'],
    ['a path that is not there', { status: 404 }, 'slow-path-unknown'],
  ] as const)('it gets %s', (_what, ending, id) => {
    const life = busy().isDone(ending).after(2).exits(0)

    expect(said(life, 'stop/in-flight', SLOW)?.id).toBe(id)
  })

  test('nothing ever comes of it', () => {
    expect(said(busy().exits(0), 'stop/in-flight', SLOW)?.id).toBe('stop-loses-the-answer')
  })
})

describe('a second signal', () => {
  const twice = () =>
    ready('repeated-signal.1').isBusyWith('/slow').isSent('SIGTERM').after(100).isSent('SIGTERM')

  test('finds no handler any more', () => {
    expect(said(twice().exits('SIGTERM'), 'stop/repeated-signal', SLOW)?.id).toBe('handler-serves-once')
  })

  test('makes it give up', () => {
    expect(said(twice().exits(1), 'stop/repeated-signal', SLOW)?.id).toBe('second-signal-forces-the-exit')
  })

  test('keeps it from ending', () => {
    const life = twice().isLate('exit').isSeenHanging({}).isKilled()

    expect(said(life, 'stop/repeated-signal', SLOW)?.id).toBe('second-signal-stops-the-stop')
  })

  test('is not needed: that to its group is enough', () => {
    const life = ready('repeated-signal.3').isSent('SIGINT', { to: 'group' }).after(5).exits(1)

    expect(said(life.isSent('SIGINT', { delivered: false }), 'stop/repeated-signal', SLOW)?.id).toBe(
      'ctrl-c-kills-its-helper',
    )
  })
})

describe('a signal before it is ready', () => {
  const early = (handling: 'caught' | 'ignored') =>
    aLife('during-startup.1').isLaunched().after(20).isSent('SIGTERM', { handling })

  test('is ignored', () => {
    const life = early('ignored').announces().isLate('exit', 5_000).isSeenHanging(SERVES).isKilled()

    expect(said(life, 'stop/during-startup')).toMatchObject({
      id: 'ignores-signals-while-starting',
      evidence: [expect.stringContaining('SigIgn'), 'it announced itself 40 ms after the signal'],
    })
  })

  test('is blocked', () => {
    const life = early('caught')
      .isLate('exit', 5_000)
      .isSeenHanging({ pending: ['SIGTERM'] })
      .isKilled()

    expect(said(life, 'stop/during-startup')?.id).toBe('ignores-signals-while-starting')
  })

  test('is caught, and lost', () => {
    const life = early('caught').isLate('exit', 5_000).isSeenHanging({}).isKilled()

    expect(said(life, 'stop/during-startup')?.id).toBe('early-signal-lost')
  })

  test('is an error', () => {
    expect(said(early('caught').after(3).exits(1), 'stop/during-startup')?.id).toBe(
      'early-signal-is-an-error',
    )
  })

  test('makes its handler throw', () => {
    const life = early('caught').logs('Traceback (most recent call last):').logs('NameError: server')

    expect(said(life.exits(1), 'stop/during-startup')?.id).toBe('early-signal-throws')
  })
})
