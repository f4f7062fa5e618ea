import { describe, expect } from 'vitest'
import { eventsOf, test, theEvent } from './stage.ts'
import { PATIENCE_MS, until } from './until.ts'

/** Over at once: what comes later comes when these specs say so. */
const AT_ONCE = { budgets: { readyMs: 50 } }

/** Says on stderr that it is up, and does the rest when it is told. */
const WHEN_TOLD = (does: string) => `
  process.on('SIGUSR2', () => { ${does} })
  setInterval(() => {}, 60_000)
  console.error('up')`

describe('one that is not ready when its time is over', () => {
  test('is looked at, and waited for until it announces itself', async ({ stage }) => {
    const program = await stage.node(WHEN_TOLD("console.log('BACKEND_PORT:41234')"))
    const life = await stage.launch(program, AT_ONCE)
    expect(await life.ready()).toBe(false)
    const seenOut = life.isSeenOut(PATIENCE_MS)
    await until(() => life.received('stderr') > 0 && eventsOf(life, 'hang').length > 0, 'a look')
    life.signal('SIGUSR2')
    await seenOut

    expect(life.hasExited).toBe(false)
    expect(theEvent(life, 'listeners').listeners).toEqual([])
    expect(theEvent(life, 'announcement').atMs).toBeGreaterThan(theEvent(life, 'deadline').atMs)
  })

  test('is waited for until it exits', async ({ stage }) => {
    const life = await stage.launch(await stage.node(WHEN_TOLD('process.exit(3)')), AT_ONCE)
    expect(await life.ready()).toBe(false)
    const seenOut = life.isSeenOut(PATIENCE_MS)
    await until(() => life.received('stderr') > 0 && eventsOf(life, 'hang').length > 0, 'a look')
    life.signal('SIGUSR2')
    await seenOut

    expect(theEvent(life, 'exit')).toMatchObject({ code: 3 })
  })

  test('is not waited for when it listens: its line is missing, and not late', async ({ stage }) => {
    const program = await stage.node(`
      const server = require('node:net').createServer().listen(0, '127.0.0.1', () => console.error('up'))`)
    const life = await stage.launch(program, AT_ONCE)
    expect(await life.ready()).toBe(false)
    await until(() => life.received('stderr') > 0, 'that it listens')
    const before = performance.now()
    await life.isSeenOut(PATIENCE_MS)

    expect(performance.now() - before).toBeLessThan(PATIENCE_MS)
    expect(theEvent(life, 'listeners').listeners).toHaveLength(1)
  })

  test('is not looked at when it has exited', async ({ stage }) => {
    const life = await stage.launch(await stage.shell('exit 4'), AT_ONCE)
    await life.whenExited()
    await life.isSeenOut(PATIENCE_MS)

    expect(eventsOf(life, 'hang')).toEqual([])
  })
})
