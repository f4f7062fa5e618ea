import { describe, expect, test } from 'vitest'
import { IDLE_WINDOW } from '../../../harness/recording/usage.ts'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, type Script } from './recordings.ts'

const MEBIBYTE = 1024 * 1024
const ready = (id: string) => aLife(id).logs('up').announces(41_777).isReady()

function leftAlone(after: (life: Script) => Script, cpuMs = 64, residentBytes = 60 * MEBIBYTE): Script {
  const life = ready('idle').isMeasured(IDLE_WINDOW.begin).after(2_000)
  return after(life.isMeasured(IDLE_WINDOW.end, { cpuMs, residentBytes }))
}
const answered = (life: Script) => life.isAsked('check').stopsOn('SIGTERM')

describe('resources/stays-up', () => {
  const EXPECTED = 'left alone for 2.00 s, it stays up, and answers afterwards'

  test('passes when it answers after it was left alone', () => {
    expect(findingOf('resources/stays-up', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'up, and answering after 2.00 s on its own',
    })
  })

  test('fails when it exits by itself, and blocks what would be measured', () => {
    const life = ready('idle')
      .isMeasured(IDLE_WINDOW.begin)
      .after(700)
      .logs('nobody needs me')
      .exits(0)
      .leaves()
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf('resources/stays-up', evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed:
        'it exited with code 0, 742 ms after its launch; its last words on stderr: "up" "nobody needs me"',
      seen: { life: 'idle', sinceLaunchMs: 742 },
    })
    expect(idsWith('fail', evidence)).toEqual(['resources/stays-up'])
    expect(findingOf('resources/idle-cpu', evidence)).toEqual({
      outcome: 'blocked',
      by: 'resources/stays-up',
    })
  })

  test('fails when it no longer answers', () => {
    const life = leftAlone(idle =>
      idle.isAsked('check', { fails: 'ETIMEDOUT', message: 'no answer' }).stopsOn('SIGTERM'),
    )
    expect(findingOf('resources/stays-up', evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'a request to it failed: no answer',
    })
  })

  test('fails when it refuses, or ends, under requests; leaks cannot be told then', () => {
    const life = ready('load')
      .isLoaded()
      .isLoaded({}, [{ what: 'status 503', count: 7 }])
      .stopsOn('SIGTERM')
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf('resources/stays-up', evidence)).toMatchObject({
      expected: 'asked over and over, it stays up and answers',
      observed: '43 of 50 requests were answered; the others: 7 × status 503',
    })
    expect(findingOf('resources/no-memory-leak', evidence)).toEqual({
      outcome: 'blocked',
      by: 'resources/stays-up',
    })
  })
})

describe('resources/idle-cpu', () => {
  test('passes with its share of a core', () => {
    expect(findingOf('resources/idle-cpu', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: '0.2 % of a core: 4.0 ms of CPU time in 2.00 s',
    })
  })

  test('fails above the budget', () => {
    expect(findingOf('resources/idle-cpu', evidenceOf({ lives: [leftAlone(answered, 162)] }))).toMatchObject({
      outcome: 'fail',
      expected: 'idle, it uses no more than 5 % of a core',
      observed: '5.1 % of a core: 102 ms of CPU time in 2.00 s',
    })
  })

  test('is skipped where the platform does not tell', () => {
    const life = ready('idle').lookFails('ps is not there').after(2_000).isAsked('check').stopsOn('SIGTERM')
    for (const id of ['resources/idle-cpu', 'resources/memory'] as const) {
      expect(findingOf(id, evidenceOf({ lives: [life] }))).toEqual({
        outcome: 'skipped',
        reason: 'what it uses could not be seen: ps is not there',
      })
    }
  })
})

describe('resources/memory', () => {
  test('passes with what it uses', () => {
    expect(findingOf('resources/memory', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: '60.0 MiB in 1 process',
    })
  })

  test('fails above the budget', () => {
    const life = leftAlone(answered, 64, 301 * MEBIBYTE)
    expect(findingOf('resources/memory', evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      expected: 'idle, its processes use no more than 300.0 MiB',
      observed: '301.0 MiB in 1 process',
    })
  })

  test('fails for a life that outgrew its cap, whatever it was lived for, and is all that is said of it', () => {
    const life = ready('load')
      .after(400)
      .outgrows(513 * MEBIBYTE, 512 * MEBIBYTE)
      .leaves()
    const evidence = evidenceOf({ lives: [life] })

    expect(findingOf('resources/memory', evidence)).toMatchObject({
      outcome: 'fail',
      expected: 'its processes never have more than 512.0 MiB of memory',
      observed: 'it had 513.0 MiB, and was ended for that',
      seen: { life: 'load' },
    })
    for (const id of ['resources/stays-up', 'resources/no-memory-leak'] as const) {
      expect(findingOf(id, evidence)).toEqual({ outcome: 'blocked', by: 'resources/memory' })
    }
    expect(idsWith('fail', evidence)).toEqual(['resources/memory'])
  })

  test('says why nothing else can be judged, where the first life outgrew its cap', () => {
    const life = aLife('stop-sigterm')
      .isLaunched()
      .after(400)
      .outgrows(300 * MEBIBYTE, 256 * MEBIBYTE)
      .leaves()
    const evidence = evidenceOf({ lives: [life] })

    expect(idsWith('fail', evidence)).toEqual(['resources/memory'])
    expect(findingOf('start/within-budget', evidence)).toEqual({ outcome: 'blocked', by: 'resources/memory' })
  })
})

describe('leaks', () => {
  function loaded(of: (part: number) => { residentBytes?: number; descriptors?: number | null }): Script {
    const life = ready('load')
    for (let part = 1; part <= 10; part++) life.isLoaded(of(part))
    return life.stopsOn('SIGTERM')
  }

  test('are none where nothing grows any more', () => {
    const life = loaded(part => ({
      descriptors: part < 8 ? 20 + part : 27,
      residentBytes: Math.min(part, 6) * 20 * MEBIBYTE,
    }))
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf('resources/no-descriptor-leak', evidence)).toEqual({
      outcome: 'pass',
      observed: 'descriptors: 21 after 50 requests, 27 after 500',
    })
    expect(findingOf('resources/no-memory-leak', evidence)).toEqual({
      outcome: 'pass',
      observed: 'resident memory: 20.0 MiB after 50 requests, 120.0 MiB after 500',
    })
  })

  test('are none where growth rests now and then, as a heap does', () => {
    const life = loaded(part => ({ residentBytes: (60 + 8 * Math.floor(part / 3)) * MEBIBYTE }))
    expect(findingOf('resources/no-memory-leak', evidenceOf({ lives: [life] }))?.outcome).toBe('pass')
  })

  test('of descriptors show as one more with each part', () => {
    expect(
      findingOf(
        'resources/no-descriptor-leak',
        evidenceOf({ lives: [loaded(part => ({ descriptors: 20 + part }))] }),
      ),
    ).toMatchObject({
      outcome: 'fail',
      expected: 'descriptors no longer grow once it is warm',
      observed:
        'from 21 after 50 requests to 30 after 500, and growing with every 50: 25, 26, 27, 28, 29, 30',
    })
  })

  test('of memory show as 8 KiB for each request, over and over', () => {
    const leak = (bytes: number) =>
      findingOf(
        'resources/no-memory-leak',
        evidenceOf({ lives: [loaded(part => ({ residentBytes: 60 * MEBIBYTE + part * 50 * bytes }))] }),
      )?.outcome
    expect(leak(8 * 1024)).toBe('fail')
    expect(leak(8 * 1024 - 1)).toBe('pass')
  })

  test('of descriptors are skipped where the platform does not tell of them', () => {
    expect(
      findingOf(
        'resources/no-descriptor-leak',
        evidenceOf({ lives: [loaded(() => ({ descriptors: null }))] }),
      ),
    ).toEqual({ outcome: 'skipped', reason: 'this platform does not tell how many descriptors are open' })
  })
})
