import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, type Script } from './recordings.ts'

const ID = 'health/latency'

const warm = () =>
  aLife('latency').logs('up').announces().isReady().isAsked('check').isVolleyed('load', { requests: 20 })

/** Quick, but for these. */
const probes = (count: number, ...slow: number[]): number[] => [
  ...Array.from({ length: count - slow.length }, (_, index) => 1 + (index % 10) / 10),
  ...slow,
]

/** So many that are late are enough to know of the rest. */
const late = () => measured(warm(), [151, 152])

function measured(life: Script, latenciesMs: readonly number[]): Script {
  return life.isVolleyed('latency', { requests: latenciesMs.length, connections: 1, latenciesMs })
}

/** One probe after another, each with how late the machine was meanwhile. */
function besideAnother(life: Script, rows: readonly (readonly [number, number | null])[]): Script {
  for (const [ms, machineMs] of rows) {
    life.isVolleyed('latency', { requests: 1, connections: 1, latenciesMs: [ms], machineMs })
  }
  return life
}

const quick = (count: number, machineMs: number | null = 2) =>
  probes(count).map((ms): [number, number | null] => [ms, machineMs])

const judge = (life: Script) => findingOf(ID, evidenceOf({ lives: [life.stopsOn('SIGTERM')] }))

describe(ID, () => {
  test('passes with the slow tail', () => {
    expect(judge(measured(warm(), probes(100)))).toEqual({
      outcome: 'pass',
      observed: '1.9 ms in 100 probes (99th percentile)',
    })
  })

  test('passes for one that was late in a hundred', () => {
    expect(judge(measured(warm(), probes(100, 4000)))).toMatchObject({ outcome: 'pass' })
  })

  test('does not count those that warm it up', () => {
    const life = aLife('latency').announces().isReady().isAsked('check')
    const cold = life.isVolleyed('load', { requests: 20, latenciesMs: probes(20, 900, 900, 900) })
    expect(judge(measured(cold, probes(100)))).toMatchObject({ outcome: 'pass' })
  })

  describe('when two were late', () => {
    test('fails where two are late again while the other program is quick', () => {
      const life = besideAnother(late(), [...quick(38), [151, 3], [152, 50]])
      expect(judge(life)).toEqual({
        outcome: 'fail',
        expected: 'the slow tail of warm probes (99th percentile) is within 100 ms',
        observed: '152 ms in 40 probes, while a program that does nothing else was never later than 50 ms',
        seen: { life: 'latency', sinceLaunchMs: 464 },
      })
    })

    test('does not count those beside which the other program was late too', () => {
      const busy = (rows: readonly (readonly [number, number | null])[]) => judge(besideAnother(late(), rows))
      const excused = { outcome: 'skipped', reason: expect.stringMatching(/^late at first, and not again/) }
      expect(busy([...quick(90), [151, 3], [152, 51], [900, 700], [800, null]])).toMatchObject(excused)
    })

    test('takes off what the machine may have added', () => {
      const life = besideAnother(late(), [...quick(50), [140, 45], [130, 40]])
      expect(judge(life)).toEqual({
        outcome: 'skipped',
        reason: 'late at first, and not again: 152 ms in 2 probes, then 140 ms in 52 probes',
      })
    })

    test('is skipped where the machine was hardly ever quick', () => {
      const life = besideAnother(late(), [...quick(30), ...quick(65, 80), ...quick(5, null)])
      expect(judge(life)).toEqual({
        outcome: 'skipped',
        reason:
          'this machine is too busy to tell: 152 ms in 2 probes, and beside 70 of 100 more a program that does nothing else was late as well',
      })
    })

    test('is skipped where the machine could not be measured', () => {
      expect(judge(late())).toEqual({
        outcome: 'skipped',
        reason: '152 ms in 2 probes, and how quick this machine is could not be measured',
      })
    })

    test('counts what was never answered as late', () => {
      const failures = [{ what: 'no answer within 5000 ms', count: 1 }]
      const unanswered = { requests: 1, latenciesMs: [], failures, machineMs: 2 }
      const life = late().isVolleyed('latency', unanswered).isVolleyed('latency', unanswered)
      expect(judge(life)).toMatchObject({
        outcome: 'fail',
        observed: 'no answer in 2 probes, while a program that does nothing else was never later than 2.0 ms',
      })
    })
  })

  test('leaves what ends meanwhile to resources/stays-up', () => {
    const life = measured(warm(), probes(100)).exits(1).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'skipped',
      reason: 'it exited with code 1 while it was measured',
    })
  })

  test('is blocked when it did not answer a second request', () => {
    const asked = (id: string) =>
      aLife(id).logs('up').announces().isReady().isAsked('check', { status: 503 }).stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ lives: [asked('latency'), asked('questions')] }))).toEqual({
      outcome: 'blocked',
      by: 'health/concurrent',
    })
  })
})
