import { expect, test } from 'vitest'
import type { LifeEvent } from '../../harness/recording/recording.ts'
import { watchingOf } from './topics/windows.ts'

/** As much of a recording as this is about. */
function life(events: readonly unknown[]): { events: readonly LifeEvent[] } {
  return { events: events as readonly LifeEvent[] }
}

const idle = life([
  { atMs: 0, type: 'launch' },
  { atMs: 100, type: 'usage', moment: 'idle begins', processes: [{ pid: 7 }] },
  { atMs: 2_100, type: 'usage', moment: 'idle ends', processes: [{ pid: 7 }] },
  { atMs: 2_200, type: 'exit', code: 0, signal: null },
  { atMs: 2_250, type: 'ended' },
])

test('a life that is left alone is a window', () => {
  expect(watchingOf([idle])).toEqual({ watchedMs: 2_000, aloneMs: 2_000 })
})

test('what another life does meanwhile takes nothing from it, and is told apart', () => {
  const other = life([
    { atMs: 500, type: 'launch' },
    { atMs: 1_200, type: 'exit', code: 0, signal: null },
    { atMs: 1_300, type: 'port-freed' },
    { atMs: 1_400, type: 'ended' },
  ])
  // All but 700 from its launch to its exit, and 100 in which it is cleared away.
  expect(watchingOf([idle, other])).toEqual({ watchedMs: 2_000, aloneMs: 1_200 })
})

test('a slow answer is one until it comes, and two at the same time are one', () => {
  const slow = life([
    { atMs: 0, type: 'launch' },
    { atMs: 50, type: 'request', request: 2, purpose: 'under way' },
    { atMs: 450, type: 'response', request: 2 },
    { atMs: 460, type: 'exit', code: 0, signal: null },
  ])
  const later = life([
    { atMs: 0, type: 'launch' },
    { atMs: 150, type: 'request', request: 2, purpose: 'under way' },
    { atMs: 550, type: 'request-failed', request: 2 },
    { atMs: 560, type: 'exit', code: 0, signal: null },
  ])
  expect(watchingOf([slow])).toEqual({ watchedMs: 400, aloneMs: 400 })
  // Until 150 the later one starts, and from 450 to 460 the first one ends.
  expect(watchingOf([slow, later])).toEqual({ watchedMs: 500, aloneMs: 390 })
})
