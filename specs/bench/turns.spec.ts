import { expect, test } from 'vitest'
import { figuresOf } from './figures.ts'
import { judgeTargets, OURS, TARGETS } from './targets.ts'
import { sideOf } from './topic.ts'
import { takeTurns } from './turns.ts'

const ROUNDS = 24

test('every side has its turn once in each round, in orders that differ', async () => {
  const turns: string[] = []
  const names = ['a', 'b', 'c']
  const contenders = names.map(name => ({
    name,
    run: async () => {
      turns.push(name)
      return { ms: turns.length }
    },
  }))
  const taken = await takeTurns(contenders, ROUNDS, 1)

  expect(taken.map(({ name, samples }) => [name, samples.length])).toEqual(names.map(name => [name, ROUNDS]))
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => turns.slice(3 * round, 3 * round + 3))
  for (const round of rounds) expect(round.toSorted()).toEqual(names)
  // That all 25 come in one order happens once in 6^24 runs.
  expect(new Set(rounds.map(round => round.join(''))).size).toBeGreaterThan(1)
  // The first round warms up.
  expect(Math.min(...taken.flatMap(({ samples }) => samples.map(({ ms }) => ms)))).toBe(4)
})

test('one that fails is a row with its reason, and the others go on', async () => {
  const [sound, bad] = await takeTurns(
    [
      { name: 'sound', run: async () => ({ ms: 1 }) },
      { name: 'bad', run: () => Promise.reject(new Error('it was not healthy\nat all')) },
    ],
    3,
  )
  if (sound === undefined || bad === undefined) throw new Error('there are two')

  expect(sideOf(sound, 'ms').samples).toEqual([1, 1, 1])
  expect(sideOf(bad, 'ms')).toEqual({
    name: 'bad',
    samples: [],
    missing: 'it was not healthy',
    isBroken: true,
  })
})

test('ratios are those of the same round', () => {
  const ours = { name: OURS, samples: [2, 20, 200] }
  const comparison = {
    ...({ what: 'launch to ready, native', unit: 'ms', base: 'a C program' } as const),
    sides: [{ name: 'a C program', samples: [1, 10, 100] }, ours],
  }

  expect(figuresOf(comparison, ours)?.ratio).toMatchObject({ least: 2, median: 2, most: 2 })
})

test('a target is met or missed by the figure that it names, and not judged without one', () => {
  const lives = (ratio: number) => ({
    ...({ what: 'launch to ready, native', unit: 'ms', base: 'a C program' } as const),
    sides: [
      { name: 'a C program', samples: [1] },
      { name: OURS, samples: [ratio] },
    ],
  })
  const native = (ratio: number) =>
    judgeTargets([lives(ratio)]).filter(({ target }) => target.what.startsWith('a native sidecar'))

  expect(native(4)).toMatchObject([{ figure: 4, isMet: true }])
  expect(native(4.1)).toMatchObject([{ figure: 4.1, isMet: false }])
  expect(judgeTargets([]).map(({ isMet }) => isMet)).toEqual(TARGETS.map(() => null))
})
