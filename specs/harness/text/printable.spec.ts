import { expect, test } from 'vitest'
import { printable } from '../../../harness/text/printable.ts'

test.each([
  ['plain text, é, 漢, 😀', 'plain text, é, 漢, 😀'],
  ['a\r\n\tb\0', 'a\\r\\n\\tb\\x00'],
  ['\x1b[31m', '\\x1b[31m'],
  ['\u202e\u2028\u200b\ufeff', '\\u{202e}\\u{2028}\\u{200b}\\u{feff}'],
  ['\ud800', '\\u{d800}'],
])('shows %j as %s', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

test('cuts between characters, never within an escape', () => {
  expect(printable('a'.repeat(161))).toBe(`${'a'.repeat(160)}…`)
  expect(printable('aaa\x1bb', 6)).toBe('aaa…')
  expect(printable('aaa\x1bb', 7)).toBe('aaa\\x1b…')
})
