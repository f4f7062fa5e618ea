import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Deadline, Signal } from '../../../harness/life/deadline.ts'

const never = new Promise<never>(() => {})

/** Timers of this process that would keep it alive. */
const timers = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length

describe('a signal', () => {
  test('gives its value to those who wait before, and after', async () => {
    const signal = new Signal<number>()
    expect([signal.isSet, signal.value]).toEqual([false, undefined])
    const early = signal.wait()
    signal.set(1)
    expect([signal.isSet, signal.value]).toEqual([true, 1])
    expect([await early, await signal.wait()]).toEqual([1, 1])
  })

  test('happens once', async () => {
    const signal = new Signal<number>()
    signal.set(1)
    signal.set(2)
    expect([signal.value, await signal.wait()]).toEqual([1, 1])
  })

  test('can happen without a value', async () => {
    const signal = new Signal<void>()
    signal.set()
    expect(signal.isSet).toBe(true)
    await expect(signal.wait()).resolves.toBeUndefined()
  })
})

describe('a deadline', () => {
  test('is kept by what settles in time, whatever its value', async () => {
    await expect(new Deadline(10_000).before(Promise.resolve(false))).resolves.toBe(true)
    await expect(new Deadline(10_000).before(delay(5))).resolves.toBe(true)
  })

  test('is missed by what does not, after its time and no earlier', async () => {
    const startedAt = performance.now()
    await expect(new Deadline(30).before(never)).resolves.toBe(false)
    // Timers count whole milliseconds.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29)
  })

  test.each([0, -5])('of %i ms is kept by what has happened already', async budget => {
    await expect(new Deadline(budget).before(Promise.resolve())).resolves.toBe(true)
    await expect(new Deadline(budget).before(never)).resolves.toBe(false)
  })

  test('passes on an error', async () => {
    await expect(new Deadline(10_000).before(Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  test('leaves no timer behind', async () => {
    const before = timers()
    await new Deadline(10_000).before(Promise.resolve())
    await new Deadline(10_000).before(Promise.reject(new Error('no'))).catch(() => {})
    expect(timers()).toBe(before)
  })

  test('can be set again and again', async () => {
    const deadline = new Deadline(5)
    await expect(deadline.before(never)).resolves.toBe(false)
    await expect(deadline.before(Promise.resolve())).resolves.toBe(true)
  })
})
