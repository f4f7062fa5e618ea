import { describe, expect, test } from 'vitest'
import { lastLinesOf } from '../../../harness/recording/last-lines.ts'
import { aLife } from '../clauses/recordings.ts'

const texts = ({ lines }: ReturnType<typeof lastLinesOf>) => lines.map(({ text }) => text)

describe('the last lines of a stream', () => {
  test('are those until then, with their times, and how many stand before them', () => {
    const life = aLife('stop-sigterm')
    for (let number = 1; number <= 7; number++) life.after(10).logs(`step ${number}`)
    const recording = life.isSent('SIGTERM').after(5).logs('stopping').toRecording()

    expect(lastLinesOf(recording, 'stderr', 70)).toEqual({
      lines: [3, 4, 5, 6, 7].map(number => ({ sinceLaunchMs: number * 10, text: `step ${number}` })),
      earlier: 2,
    })
    expect(texts(lastLinesOf(recording, 'stderr', 69))).toEqual(
      [2, 3, 4, 5, 6].map(number => `step ${number}`),
    )
    expect(lastLinesOf(recording, 'stderr', 5)).toEqual({ lines: [], earlier: 0 })
    expect(lastLinesOf(recording, 'stdout', 70)).toEqual({ lines: [], earlier: 0 })
  })

  test('of one that had exited are its last words, also where they were read after its exit', () => {
    const life = aLife('stop-sigterm').after(20).exits(1).after(3).logs('panic: no database').leaves()

    expect(texts(lastLinesOf(life.toRecording(), 'stderr', 20))).toEqual(['panic: no database'])
    expect(texts(lastLinesOf(life.toRecording(), 'stderr', 19))).toEqual([])
  })

  test('are none that say nothing, and can be printed', () => {
    const life = aLife('stop-sigterm').logs('').logs(' \t').logs('\u001B[2Jowned').logs('x'.repeat(1000))

    const { lines, earlier } = lastLinesOf(life.toRecording(), 'stderr', 0)
    expect(lines.map(({ text }) => text)).toEqual(['\\x1b[2Jowned', `${'x'.repeat(160)}…`])
    expect(earlier).toBe(0)
  })

  test('count what a flood had cut out', () => {
    const life = aLife('stop-sigterm').writes(
      'stderr',
      Array.from({ length: 12_345 }, (_, i) => `${i}\n`).join(''),
    )

    expect(lastLinesOf(life.toRecording(), 'stderr', 0)).toMatchObject({
      lines: [12_340, 12_341, 12_342, 12_343, 12_344].map(number => ({ text: String(number) })),
      earlier: 12_340,
    })
  })
})
