import { describe, expect, test } from 'vitest'
import { Redaction } from '../../../harness/text/redaction.ts'

const SECRET = 'pa55/w0rd "&" more'
const redaction = new Redaction([SECRET])

test.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
  ['in JSON within JSON', JSON.stringify(JSON.stringify(SECRET).slice(1, -1)).slice(1, -1)],
  ['in a URL', encodeURIComponent(SECRET)],
  ['in a form', new URLSearchParams({ '': SECRET }).toString().slice(1)],
  ['in hexadecimal digits', Buffer.from(SECRET).toString('hex')],
])('a secret is taken out %s', (_how, text) => {
  expect(redaction.text(`before ${text} behind ${text}`)).toBe('before [redacted] behind [redacted]')
  expect(redaction.bytes(Buffer.from(`<${text}>`)).toString()).toBe('<[redacted]>')
})

test.each(['', 'a', 'ab', 'abc'])('and in base64, behind %o', before => {
  for (const behind of ['', 'x', 'xy']) {
    for (const how of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(`${before}${SECRET}${behind}`).toString(how)
      const without = redaction.text(`Basic ${encoded}`)

      expect(without).toContain('[redacted]')
      // At most what it shares its first and its last character with is left of it.
      expect(without.replace('[redacted]', '').length).toBeLessThanOrEqual('Basic '.length + 9)
    }
  }
})

describe('also', () => {
  test('where it is cut off with the text that it stood in', () => {
    const text = `${'x'.repeat(2_000)}${SECRET.slice(0, 8)}`

    expect(redaction.text(text)).toBe(`${'x'.repeat(2_000)}[redacted]`)
    expect(redaction.text(`short, ${SECRET.slice(0, 8)}`)).toBe(`short, ${SECRET.slice(0, 8)}`)
  })

  test('the longer one of two that stand in each other', () => {
    expect(new Redaction(['abcdef', 'abcdef-ghi']).text('abcdef-ghi abcdef')).toBe('[redacted] [redacted]')
  })

  test('in bytes that are no text, which stay as they are otherwise', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from('größe-1234'), Buffer.from([0xfe])])
    const without = new Redaction(['größe-1234']).bytes(bytes)

    expect(without).toEqual(
      Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from('[redacted]'), Buffer.from([0xfe])]),
    )
  })

  test('in whatever holds text, and nothing else is changed', () => {
    const data = { port: 1, none: null, list: [SECRET, { [SECRET]: true }] }

    expect(redaction.data(data)).toEqual({
      port: 1,
      none: null,
      list: ['[redacted]', { '[redacted]': true }],
    })
    expect(new Redaction([]).data(data)).toBe(data)
  })
})
