import { describe, expect, test } from 'vitest'
import type { ArtifactDescription } from '../../../harness/artifact/description.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { SignalHandling } from '../../../harness/host/host.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, loopback, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

type Handling = { readonly handling?: SignalHandling }

const PYTHON: Partial<ArtifactDescription> = {
  payload: { runtime: 'pyinstaller', version: null, state: 'carried', bytes: null },
}

function ready(id: string): Script {
  return aLife(id).isLaunched().logs('starting').announces().isReady().isSeen()
}

/** The life in which SIGTERM, or SIGINT, is sent, up to the moment behind it. */
function told(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM', how: Handling = {}): Script {
  return ready(`stop-${signal.toLowerCase()}`).after(8).isSent(signal, how).after(30)
}

function said(
  life: Script,
  artifact: Partial<ArtifactDescription> = {},
  clause: ClauseId = life.id === 'stop-sigint' ? 'stop/sigint' : 'stop/sigterm',
) {
  return diagnosisIn(evidenceOf({ only: [life.leaves()], artifact }), clause)
}

describe('killed by the signal', () => {
  test('that was at its default, it has no handler', () => {
    expect(said(told('SIGTERM', { handling: 'default' }).exits('SIGTERM'))).toMatchObject({
      id: 'no-signal-handler',
      evidence: [
        'when SIGTERM came, the process had left it to the system',
        'SIGTERM killed it within 30 ms',
      ],
    })
  })

  test('on a system that does not tell, it has none either', () => {
    expect(said(told().exits('SIGTERM'))?.id).toBe('no-signal-handler')
  })

  test('it has none, whatever the program has that measures a busy machine', () => {
    const life = told('SIGTERM', { handling: 'default' }).exits('SIGTERM').leaves()
    const measured = aLife('calibration')
      .announces()
      .isReady()
      .after(4_000)
      .isSent('SIGTERM')
      .exits(0)
      .leaves()

    const alone = diagnosisIn(evidenceOf({ only: [life] }), 'stop/sigterm')
    expect(alone?.id).toBe('no-signal-handler')
    expect(diagnosisIn(evidenceOf({ only: [life, measured] }), 'stop/sigterm')).toEqual(alone)
  })

  test('after it has stopped in an orderly way, it has raised that again', () => {
    const life = told('SIGTERM', { handling: 'caught' }).logs('draining').after(200).exits('SIGTERM')

    expect(said(life)).toMatchObject({
      id: 'signal-raised-again',
      evidence: expect.arrayContaining(['after SIGTERM it wrote: "draining"']),
    })
  })

  test('with a handler that Python does not have by itself, it has raised that again', () => {
    const life = told('SIGTERM', { handling: 'caught' }).exits('SIGTERM')

    expect(said(life, PYTHON)?.id).toBe('signal-raised-again')
  })

  test('with a line that it writes in other lives without being told, it has done nothing', () => {
    const life = told('SIGTERM', { handling: 'caught' }).logs('starting').exits('SIGTERM')

    expect(said(life)?.id).toBe('no-signal-handler')
  })

  test('with a KeyboardInterrupt on stderr, nobody has caught that', () => {
    const life = told('SIGINT').logs('Traceback (most recent call last):').logs('KeyboardInterrupt')

    expect(said(life.exits('SIGINT'), PYTHON)?.id).toBe('keyboard-interrupt')
  })

  test('while another process serves, it is a launcher', () => {
    const life = aLife('stop-sigterm').isLaunched().announces().isReady()
    life.isSeen({ listeners: [{ ...loopback(41_234), pid: 700 }], processes: [aProcess(500), aProcess(700)] })

    expect(said(life.isSent('SIGTERM').exits('SIGTERM'))?.id).toBe('launcher-dies-of-signal')
  })

  test('a shell script is a launcher', () => {
    const interpreter = { path: '/usr/bin/env', argument: 'bash', exists: true }

    expect(said(told().exits('SIGTERM'), { format: 'script', interpreter })?.id).toBe(
      'launcher-dies-of-signal',
    )
  })

  test('only when that comes at once, its handler comes too late', () => {
    const early = aLife('restarts.1').announces().isReady().isSent('SIGTERM').exits('SIGTERM')

    const evidence = evidenceOf({ lives: [early.leaves()] })

    expect(diagnosisIn(evidence, 'fleet/restarts')).toMatchObject({
      id: 'handler-installed-late',
      evidence: [expect.stringContaining('killed it'), expect.stringContaining('it was handled')],
    })
  })
})

describe('an end that nobody asked for, or of another kind', () => {
  test.each([
    ['SIGSEGV', 'crashes-while-stopping'],
    ['SIGABRT', 'crashes-while-stopping'],
    ['SIGKILL', 'killed-while-stopping'],
    ['SIGPIPE', 'broken-pipe-while-stopping'],
    ['SIGHUP', 'dies-of-another-signal'],
    [143, 'exits-as-if-killed'],
    [130, 'exits-as-if-killed'],
    [1, 'stop-exits-with-failure'],
  ] as const)('%s is %s', (exit, id) => {
    expect(said(told().exits(exit))?.id).toBe(id)
  })

  test('before it was told is none of the stop', () => {
    const life = ready('stop-sigterm').after(5).exits(0)

    expect(said(life)?.id).toBe('ended-before-told-to')
  })

  test('143 of a launcher is the death of who serves', () => {
    const life = aLife('stop-sigterm').isLaunched().announces().isReady()
    life.isSeen({ listeners: [{ ...loopback(41_234), pid: 700 }] })

    expect(said(life.isSent('SIGTERM').exits(143))?.id).toBe('launcher-reports-a-signal')
  })

  test('with an exception is that exception', () => {
    const life = told()
      .logs('Traceback (most recent call last):')
      .logs('  File "a.py"')
      .logs('OSError: [Errno 9]')

    expect(said(life.exits(1))).toMatchObject({
      id: 'error-while-stopping',
      evidence: ['the exception, after SIGTERM: OSError: [Errno 9]', 'it exited with 1, 30 ms after SIGTERM'],
    })
  })

  test('with an exception that it had lived through before is not', () => {
    const life = ready('stop-sigterm').logs('Traceback (most recent call last):').logs('OSError: [Errno 9]')

    expect(said(life.after(8).isSent('SIGTERM').after(4).exits(1))?.id).toBe('stop-exits-with-failure')
  })

  test('after seconds is a deadline of its own', () => {
    expect(said(told().after(5_000).exits(1))?.id).toBe('own-deadline-exits-nonzero')
  })
})

test('who was never told to stop, where a spec forgot it, has not ended cleanly', () => {
  expect(said(ready('stop-sigterm'))?.id).toBe('does-not-end-cleanly')
})

test('the JVM is told what it does itself', () => {
  const jvm = { path: '/usr/bin/java', name: 'java' }

  expect(said(told().exits(143), jvm)).toMatchObject({
    cause: expect.stringMatching(/^The JVM/),
    fix: expect.stringContaining('[0, 143]'),
  })
})
