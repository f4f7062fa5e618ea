import { describe, expect } from 'vitest'
import { liveToItsEnd, test, theEvent } from './stage.ts'

const MEBIBYTE = 1024 * 1024
const FLOOD_BYTES = 64 * MEBIBYTE
/** Kept of a stream are 2 MiB. The rest is what Node's collector leaves lying about at its leisure. */
const GROWTH_BYTES = 40 * MEBIBYTE
/** 1 GiB takes about half a second where nothing else is to be done. */
const FLOOD_MS = 10_000

describe('a sidecar that floods stderr', () => {
  test.for([
    ['large writes', 65_536],
    ['small writes', 1_000],
  ] as const)('with %s is neither slowed to a stop nor kept in memory', async ([, size], { stage }) => {
    const program = await stage.node(`
      const { writeSync } = require('node:fs')
      const piece = Buffer.alloc(${size}, 'x'.repeat(99) + '\\n')
      for (let left = ${FLOOD_BYTES}; left > 0; left -= writeSync(2, piece, 0, Math.min(left, ${size})));
      writeSync(1, 'done\\n')`)
    const { rss } = process.memoryUsage()
    let highest = rss
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss)
    }, 10)

    const life = await stage.launch(program)
    await liveToItsEnd(life)
    clearInterval(watch)

    const { stdout, stderr, events } = life.toRecording()
    expect(stdout.lines).toMatchObject([{ text: 'done', ending: 'lf' }])
    expect(stderr).toMatchObject({ bytes: FLOOD_BYTES, omittedBytes: FLOOD_BYTES - 2 * MEBIBYTE })
    expect(theEvent(life, 'exit').atMs - (events[0]?.atMs ?? 0)).toBeLessThan(FLOOD_MS)
    expect(highest - rss).toBeLessThan(GROWTH_BYTES)
  })

  test('keeps the first and the last of it, as it was', async ({ stage }) => {
    const program = await stage.node(`
      const { writeSync } = require('node:fs')
      const lines = Array.from({ length: 500_000 }, (_, n) => String(n).padStart(9, '0')).join('\\n')
      const all = Buffer.from(lines + '\\n')
      for (let at = 0; at < all.length; at += writeSync(2, all, at));`)
    const life = await liveToItsEnd(await stage.launch(program))

    const { head, tail } = life.raw('stderr')
    expect(head.subarray(0, 20).toString()).toBe('000000000\n000000001\n')
    expect(tail.subarray(-20).toString()).toBe('000499998\n000499999\n')
    expect(head.length + tail.length).toBe(2 * MEBIBYTE)
    const { lines } = life.toRecording().stderr
    expect(lines[0]?.text).toBe('000000000')
    expect(lines.at(-1)?.text).toBe('000499999')
    // Cut in two are at most the lines at both sides of the gap.
    expect(lines.filter(({ text }) => text.length !== 9).length).toBeLessThanOrEqual(2)
  })
})
