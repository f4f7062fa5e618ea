import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Usage } from '../../../harness/host/host.ts'
import { IDLE_WINDOW } from '../../../harness/recording/usage.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

const MEBIBYTE = 1024 * 1024
const WINDOW_MS = 2_000

function ready(id: 'idle' | 'load'): Script {
  return aLife(id).isLaunched().announces().isReady()
}

function said(life: Script, clause: ClauseId = 'resources/stays-up') {
  return diagnosisIn(evidenceOf({ lives: [life.leaves()] }), clause)
}

test('it takes memory until it has to be ended', () => {
  const life = ready('load')
    .after(500)
    .outgrows(300 * MEBIBYTE, 256 * MEBIBYTE)

  expect(said(life, 'resources/memory')).toMatchObject({
    id: 'outgrows-memory',
    evidence: [expect.stringMatching(/^300\.0 MiB \d+ ms after its launch, where 256\.0 MiB are the most$/)],
  })
})

describe('it does not stay up', () => {
  const TRACE = ['Traceback (most recent call last):', 'ValueError: no such note']
  const dies = (exit: number | NodeJS.Signals, ...words: string[]) => {
    const life = ready('idle').after(900)
    for (const line of words) life.logs(line)
    return life.exits(exit)
  }

  test.each([
    ['without descriptors', dies(1, 'Error: accept EMFILE'), 'runs-out-of-descriptors'],
    [
      'without memory',
      dies('SIGABRT', 'FATAL ERROR: Reached heap limit - JavaScript heap out of memory'),
      'runs-out-of-memory',
    ],
    ['of an exception', dies(1, ...TRACE), 'error-that-nobody-catches'],
    ['of a kill', dies('SIGKILL'), 'killed-by-something-else'],
    ['of a crash', dies('SIGSEGV'), 'crashes-while-it-serves'],
    ['with 0', dies(0), 'ends-when-nobody-asks'],
    ['with another code', dies(3), 'gives-up-when-left-alone'],
  ] as const)('%s', (_what, life, id) => {
    expect(said(life)?.id).toBe(id)
  })

  test('because it is used up', () => {
    expect(said(ready('load').isLoaded().isLoaded().exits(1))).toMatchObject({
      id: 'ends-by-use',
      evidence: [expect.stringContaining('code 1'), 'it had been asked some 101 times'],
    })
  })

  test('and is gone before its exit is known', () => {
    const life = ready('load').isLoaded().isAsked('check', { refused: true }).isSent('SIGTERM').exits(1)

    expect(said(life)?.id).toBe('ends-by-use')
  })

  test.each([
    ['listens no more', { refused: true }, 'stops-listening'],
    ['says nothing', { fails: 'ETIMEDOUT' }, 'falls-silent'],
    ['answers otherwise', { status: 503 }, 'breaks-down-in-use'],
  ] as const)('but %s', (_what, ending, id) => {
    const life = ready('idle').isMeasured(IDLE_WINDOW.begin).after(WINDOW_MS).isMeasured(IDLE_WINDOW.end)

    expect(said(life.isAsked('check', ending).stopsOn('SIGTERM'))?.id).toBe(id)
  })

  test('but refuses some of many', () => {
    const life = ready('load').isLoaded({}, [{ what: 'status 503', count: 3 }])

    expect(said(life.stopsOn('SIGTERM'))).toMatchObject({
      id: 'breaks-down-in-use',
      evidence: ['of the many requests: 3 × status 503'],
    })
  })
})

/** Left alone, with this much used by then. */
function rests(used: Partial<Omit<Usage, 'pid'>>, before: Partial<Omit<Usage, 'pid'>> = {}): Script {
  const life = ready('idle').isMeasured(IDLE_WINDOW.begin, before).after(WINDOW_MS)
  return life.isMeasured(IDLE_WINDOW.end, used).isAsked('check').stopsOn('SIGTERM')
}

describe('idle', () => {
  test.each([
    ['it never sleeps', { cpuMs: 660, sleeps: 1_000 }, { cpuMs: 60, sleeps: 999 }, 'busy-loop-at-rest'],
    ['it sleeps and wakes', { cpuMs: 660, sleeps: 1_200 }, { cpuMs: 60, sleeps: 1_000 }, 'polls-at-rest'],
    ['it uses a core, on a system that tells no more', { cpuMs: 1_960 }, { cpuMs: 60 }, 'busy-loop-at-rest'],
    ['it uses a part of it, there', { cpuMs: 660 }, { cpuMs: 60 }, 'polls-at-rest'],
  ])('%s', (_what, used, before, id) => {
    expect(said(rests(used, before), 'resources/idle-cpu')?.id).toBe(id)
  })

  test.each([
    ['it is large', 400, 400, 'large-at-rest'],
    ['it grows', 400, 300, 'grows-at-rest'],
  ])('%s', (_what, now, before, id) => {
    const life = rests({ residentBytes: now * MEBIBYTE }, { residentBytes: before * MEBIBYTE })

    expect(said(life, 'resources/memory')?.id).toBe(id)
  })

  test('it is large together with what it has started', () => {
    const each = { cpuMs: 60, residentBytes: 200 * MEBIBYTE, descriptors: 20 }
    const recording = rests({}).leaves().toRecording()
    const events = recording.events.map(event =>
      event.type === 'usage' ? { ...event, processes: [500, 700].map(pid => ({ pid, ...each })) } : event,
    )
    const evidence = evidenceOf({})
    const lives = evidence.lives.map(life => (life.id === 'idle' ? { ...recording, events } : life))

    expect(diagnosisIn({ ...evidence, lives }, 'resources/memory')).toMatchObject({
      id: 'processes-add-up',
      evidence: ['2 processes: 500: 200.0 MiB, 700: 200.0 MiB'],
    })
  })
})

describe('asked over and over', () => {
  /** Ten parts of 50 requests on 10 connections, each of which leaves so much. */
  function leaks(perPart: Partial<Record<'descriptors' | 'residentBytes', number>>): Script {
    const { descriptors = 0, residentBytes = 0 } = perPart
    const life = ready('load')
    for (let part = 1; part <= 10; part++) {
      life.isLoaded({
        descriptors: 23 + part * descriptors,
        residentBytes: 60 * MEBIBYTE + part * residentBytes,
      })
    }
    return life.takesStock([{ what: '/app/data.db', count: 510 }]).stopsOn('SIGTERM')
  }

  test.each([
    [51, 'descriptor-left-by-each-request'],
    [11, 'descriptor-left-by-each-connection'],
    [2, 'descriptors-pile-up'],
  ])('it leaves %i descriptors of 51 requests', (descriptors, id) => {
    expect(said(leaks({ descriptors }), 'resources/no-descriptor-leak')).toMatchObject({
      id,
      evidence: expect.arrayContaining(['what it has open: 510 × /app/data.db']),
    })
  })

  test('it keeps memory', () => {
    const life = leaks({ residentBytes: 51 * 64 * 1024 })

    expect(said(life, 'resources/no-memory-leak')).toMatchObject({
      id: 'memory-kept-by-each-request',
      evidence: ['about 64.0 KiB for each request'],
    })
  })
})
