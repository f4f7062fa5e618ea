import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { runSideBySide, type Task } from '../../../harness/gate/schedule.ts'
import { makeRandom, SEED } from '../random.ts'

const goOn = () => false

/** Tasks that take a turn of the event loop each, and a diary of what happened. */
function diary() {
  const events: string[] = []
  let inUse = 0
  let most = 0
  const task = (name: string, width: number, turns = 1, error?: Error): Task => ({
    width,
    async run() {
      events.push(`${name} starts`)
      inUse += width
      most = Math.max(most, inUse)
      for (let left = turns; left > 0; left -= 1) await turn()
      inUse -= width
      events.push(`${name} ends`)
      if (error !== undefined) throw error
    },
  })
  return { events, task, most: () => most, inUse: () => inUse }
}

const starts = (events: readonly string[]) =>
  events.filter(event => event.endsWith('starts')).map(event => event.split(' ')[0])

describe('tasks side by side', () => {
  test('start at once where there is room for all', async () => {
    const { events, task } = diary()
    await runSideBySide([task('a', 1), task('b', 1), task('c', 2)], 4, goOn)
    expect(events.slice(0, 3)).toEqual(['c starts', 'a starts', 'b starts'])
    expect(events).toHaveLength(6)
  })

  test('run one after the other in one place, the widest first', async () => {
    const { events, task } = diary()
    await runSideBySide([task('a', 1), task('b', 3), task('c', 2)], 1, goOn)
    expect(events).toEqual(['b starts', 'b ends', 'c starts', 'c ends', 'a starts', 'a ends'])
  })

  test('fill the places that the widest leave', async () => {
    const { events, task, most } = diary()
    await runSideBySide([task('a', 1), task('b', 1), task('wide', 3, 3), task('other', 3, 3)], 4, goOn)
    expect(starts(events)).toEqual(['wide', 'a', 'b', 'other'])
    expect(most()).toBe(4)
  })

  test('wider than all places take all places', async () => {
    const { events, task } = diary()
    await runSideBySide([task('huge', 100, 2), task('a', 1)], 4, goOn)
    expect(events).toEqual(['huge starts', 'huge ends', 'a starts', 'a ends'])
  })

  test(`never take more than the places there are, and all run once (seed ${SEED})`, async () => {
    const random = makeRandom()
    for (let round = 0; round < 30; round += 1) {
      const places = 1 + random(6)
      const { events, task, most } = diary()
      const tasks = Array.from({ length: random(12) }, (_, index) =>
        task(String(index), 1 + random(places), random(4)),
      )
      await runSideBySide(tasks, places, goOn)
      const shown = `seed ${SEED}, round ${round}`
      expect(most(), shown).toBeLessThanOrEqual(places)
      expect(starts(events).sort(), shown).toEqual(tasks.map((_, index) => String(index)).sort())
    }
  })

  test('that are none are done', async () => {
    await expect(runSideBySide([], 4, goOn)).resolves.toBeUndefined()
  })
})

describe('one that waits', () => {
  /** Tells when it has left its place, and waits outside until it is called. */
  function waiter(name: string, events: string[], width = 1) {
    const left = Promise.withResolvers<void>()
    const called = Promise.withResolvers<void>()
    const task: Task = {
      width,
      async run(place) {
        events.push(`${name} starts`)
        place.leave()
        left.resolve()
        await called.promise
        await place.reenter()
        events.push(`${name} goes on`)
      },
    }
    return { task, left: left.promise, call: called.resolve }
  }

  test('lets others run in its place, and comes back when there is one', async () => {
    const { events, task } = diary()
    const waits = waiter('waits', events)
    const others: Task = {
      width: 1,
      async run() {
        events.push('other starts')
        waits.call()
        for (let turns = 5; turns > 0; turns--) await turn()
        events.push('other ends')
      },
    }
    await runSideBySide([waits.task, others, task('last', 1)], 1, goOn)
    // What has begun goes before what has not.
    expect(events).toEqual([
      'waits starts',
      'other starts',
      'other ends',
      'waits goes on',
      'last starts',
      'last ends',
    ])
  })

  test('that is wide is not kept outside by one after the other that is not', async () => {
    const { events, task } = diary()
    const wide = waiter('wide', events, 2)
    const others = [task('a', 1, 2), task('b', 1, 6), task('c', 1, 6)]
    const running = runSideBySide([wide.task, ...others], 2, goOn)
    await wide.left
    await turn()
    wide.call()
    await running
    expect(events.indexOf('wide goes on')).toBeLessThan(events.indexOf('c starts'))
  })

  test('keeps its place where as many wait as may', async () => {
    const { events, task } = diary()
    const all = Array.from({ length: 4 }, (_, index) => waiter(`waits ${index}`, events))
    const running = runSideBySide([...all.map(({ task }) => task), task('last', 1)], 1, goOn)
    await Promise.all(all.slice(0, 3).map(({ left }) => left))
    await turn()
    // Two are outside; the third has the place.
    expect(starts(events)).toHaveLength(3)
    for (const { call } of all) call()
    await running
    expect(events.filter(event => event.endsWith('goes on'))).toHaveLength(4)
    expect(events).toContain('last ends')
  })

  test('may end outside, and what it had is not given away twice', async () => {
    const { events, task, most } = diary()
    const ends = Promise.withResolvers<void>()
    const outside: Task = {
      width: 2,
      async run(place) {
        place.leave()
        place.leave()
        await ends.promise
      },
    }
    const others = ['a', 'b', 'c', 'd'].map(name => task(name, 1, 3))
    const running = runSideBySide([outside, ...others], 2, goOn)
    await turn()
    expect(starts(events)).toEqual(['a', 'b'])
    ends.resolve()
    await running
    expect(most()).toBe(2)
    expect(starts(events)).toHaveLength(4)
  })
})

describe('an error', () => {
  test('is passed on when all others have ended', async () => {
    const { events, task, inUse } = diary()
    const tasks = [
      task('slow', 1, 5),
      task('bad', 1, 1, new Error('first')),
      task('worse', 1, 3, new Error('second')),
    ]
    await expect(runSideBySide(tasks, 3, goOn)).rejects.toThrow('first')
    expect(inUse()).toBe(0)
    expect(events).toContain('slow ends')
  })

  test('lets nothing more start', async () => {
    const { events, task } = diary()
    const tasks = [task('bad', 2, 1, new Error('no')), task('next', 1)]
    await expect(runSideBySide(tasks, 2, goOn)).rejects.toThrow('no')
    expect(events).toEqual(['bad starts', 'bad ends'])
  })
})

describe('when told to stop', () => {
  test('nothing more starts, and what runs is waited for', async () => {
    const { events, task } = diary()
    const stopped = () => events.includes('a ends')
    await runSideBySide([task('a', 2, 1), task('b', 2), task('c', 1)], 2, stopped)
    expect(events).toEqual(['a starts', 'a ends'])
  })

  test('before it began, nothing starts at all', async () => {
    const { events, task } = diary()
    await runSideBySide([task('a', 1)], 2, () => true)
    expect(events).toEqual([])
  })
})
