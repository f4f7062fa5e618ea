import { expect, test } from 'vitest'
import { duration } from '../../../harness/text/duration.ts'

test.each([
  [0, '0.0 ms'],
  [1.24, '1.2 ms'],
  [9.9, '9.9 ms'],
  [10, '10 ms'],
  [123.4, '123 ms'],
  [999, '999 ms'],
  [1000, '1.00 s'],
  [1236, '1.24 s'],
  [75_000, '75.00 s'],
])('%d ms are shown as %s', (ms, shown) => {
  expect(duration(ms)).toBe(shown)
})
