import { expect, test } from 'vitest'
import { parseIsoTime } from '../../../harness/text/iso-time.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')

test.each([
  ['2026-03-01T12:00:00Z', { epochMs: NOON, unitMs: 1000, offsetMinutes: 0 }],
  ['2026-03-01t12:00:00z', { epochMs: NOON, unitMs: 1000, offsetMinutes: 0 }],
  ['2026-03-01 12:00:00', { epochMs: NOON, unitMs: 1000, offsetMinutes: 0 }],
  ['2026-03-01T12:00Z', { epochMs: NOON, unitMs: 1000, offsetMinutes: 0 }],
  ['2026-03-01T12:00:00.250Z', { epochMs: NOON + 250, unitMs: 10, offsetMinutes: 0 }],
  ['2026-03-01T12:00:00,251Z', { epochMs: NOON + 251, unitMs: 1, offsetMinutes: 0 }],
  ['2026-03-01T12:00:00.000Z', { epochMs: NOON, unitMs: 1000, offsetMinutes: 0 }],
  ['2026-03-01T12:00:00.251000+00:00', { epochMs: NOON + 251, unitMs: 1, offsetMinutes: 0 }],
  ['2026-03-01T17:45:00+05:45', { epochMs: NOON, unitMs: 1000, offsetMinutes: 345 }],
  ['2026-03-01T08:30:00-0330', { epochMs: NOON, unitMs: 1000, offsetMinutes: -210 }],
  ['2026-03-01T14:00:00+02', { epochMs: NOON, unitMs: 1000, offsetMinutes: 120 }],
])('%s is a time', (text, time) => {
  expect(parseIsoTime(text)).toEqual(time)
})

test('a fraction is told to the last digit that is no zero', () => {
  const time = parseIsoTime('2026-03-01T12:00:00.0000125Z')
  expect(time?.unitMs).toBeCloseTo(0.0001)
  expect(time?.epochMs).toBeCloseTo(NOON + 0.0125, 3)
})

test.each([
  'Sun, 01 Mar 2026 12:00:00 GMT',
  '2026-03-01',
  '1772366400',
  '2026-13-01T12:00:00Z',
  '2026-03-01T25:00:00Z',
  '2026-03-01T12:00:00Z and more',
  '',
])('%j is none', text => {
  expect(parseIsoTime(text)).toBeNull()
})
