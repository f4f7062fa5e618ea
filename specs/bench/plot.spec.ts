import { expect, test } from 'vitest'
import { renderPlot } from './plot.ts'
import { OURS } from './targets.ts'
import type { Comparison } from './topic.ts'

const comparison: Comparison = {
  what: 'launch to ready, of a & b',
  unit: 'ms',
  base: 'the limit',
  sides: [
    { name: 'the limit', samples: [0.5, 0.5, 0.5] },
    { name: OURS, samples: [2, 2, 5] },
    { name: 'a <slow> one', samples: [2000, 2000, 2000] },
    { name: 'one that is not here', samples: [], missing: 'it is not here' },
  ],
}

test('each round of each side that was measured is a dot, and further to the right where it took longer', () => {
  const svg = renderPlot([comparison])
  const dots = Array.from(svg.matchAll(/<circle cx="([\d.]+)"/g), ([, x]) => Number(x))

  expect(dots).toHaveLength(9)
  const [limit = 0, , , quick = 0, , late = 0, slow = 0] = dots
  expect([limit, quick, late, slow].toSorted((a, b) => a - b)).toEqual([limit, quick, late, slow])
  expect(svg).not.toContain('not here')
})

test('as many times as long is as far, wherever that is', () => {
  const times = [1, 10, 100, 1000].map(ms => ({ name: `${ms}`, samples: [ms] }))
  const svg = renderPlot([{ ...comparison, base: '1', sides: times }])
  const [a = 0, b = 0, c = 0, d = 0] = Array.from(svg.matchAll(/<circle cx="([\d.]+)"/g), ([, x]) =>
    Number(x),
  )

  expect(b - a).toBeCloseTo(c - b, 0)
  expect(c - b).toBeCloseTo(d - c, 0)
  expect(Array.from(svg.matchAll(/>([\d.]+ m?s)<\/text>/g), ([, label]) => label)).toEqual(
    expect.arrayContaining(['1 ms', '10 ms', '100 ms', '1 s']),
  )
})

test('it tells the medians, and what they are against the limit', () => {
  expect(renderPlot([comparison])).toMatch(/>2\.00 ms {2}4\.00 ×</)
})

test('names are text, whatever is in them', () => {
  const svg = renderPlot([comparison])
  expect(svg).toContain('a &lt;slow&gt; one')
  expect(svg).toContain('of a &amp; b')
})
