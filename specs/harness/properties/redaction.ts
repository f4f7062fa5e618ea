import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Redaction } from '../../../harness/text/redaction.ts'
import { type Property, property } from './property.ts'

/** As one of these stands in a text. What is around it in base64 is encoded with it. */
const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': secret => secret,
  'in JSON': secret => JSON.stringify(secret),
  'in JSON in JSON': secret => JSON.stringify(JSON.stringify(secret)),
  'in JSON of ASCII alone': secret =>
    JSON.stringify(secret).replaceAll(
      /[^\0-\x7F]/g,
      unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'in a URL': secret => encodeURIComponent(secret),
  'in a URL, with small digits': secret =>
    encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, digits => digits.toLowerCase()),
  'in a form': secret => new URLSearchParams({ '': secret }).toString().slice(1),
  'in hexadecimal digits': secret => Buffer.from(secret).toString('hex'),
  'in large hexadecimal digits': secret => Buffer.from(secret).toString('hex').toUpperCase(),
  'in base64': secret => Buffer.from(secret).toString('base64'),
  'in base64 behind another text': secret => Buffer.from(`me:${secret}`).toString('base64'),
  'in base64url before another text': secret => Buffer.from(`${secret}@`).toString('base64url'),
}

/** Long enough that it does not stand in "[redacted]", or in others by chance. */
const secrets: fc.Arbitrary<string> = fc
  .oneof(
    fc.stringMatching(/^[ -~]{11,40}$/),
    fc.string({ unit: 'grapheme', minLength: 11, maxLength: 30 }),
    fc
      .array(fc.constantFrom(...'aA+/=%\\"&é漢😀.*$^()[]{}|-'), { minLength: 11, maxLength: 20 })
      .map(all => all.join('')),
  )
  .filter(secret => Buffer.byteLength(secret) >= 11)

export const REDACTION: readonly Property[] = [
  property(
    'no spelling of a secret survives',
    fc.tuple(
      secrets,
      fc.constantFrom(...Object.keys(SPELLINGS)),
      fc.constantFrom(' ', '', '"', 'x', '/', '漢'),
    ),
    ([secret, how, around]) => {
      const redaction = new Redaction([secret])
      const spelling = SPELLINGS[how]?.(secret) ?? ''
      const text = `${around}${spelling}${around}`
      const left = redaction.text(text)
      assert.ok(left.includes('[redacted]'), left)
      // In base64 the first and the last character are shared with what stands around it.
      const core = how.includes('base64') ? spelling.slice(4, -4) : bare(spelling)
      assert.ok(!left.includes(core), left)
      assert.equal(redaction.bytes(Buffer.from(text)).includes(core), false)
      assert.deepEqual(redaction.data({ [text]: [text] }), { [left]: [left] })
      assert.equal(redaction.text(left), left)
    },
    { runs: 500 },
  ),
  property(
    'a secret that is no well-formed text is taken out, too',
    fc.tuple(secrets, fc.constantFrom('\uD800', '\uDC00')).map(([secret, half]) => secret + half),
    secret => {
      assert.equal(new Redaction([secret]).text(`<${secret}>`), '<[redacted]>')
    },
    { runs: 50 },
  ),
  property(
    'a text without a secret is left as it is',
    fc.tuple(fc.string({ unit: 'binary', maxLength: 60 }), fc.uint8Array({ maxLength: 60 })),
    ([text, bytes]) => {
      const redaction = new Redaction(['a secret in no other text', 'größe-漢-1234'])
      assert.equal(redaction.text(text), text)
      assert.deepEqual(redaction.bytes(Buffer.from(bytes)), Buffer.from(bytes))
      assert.deepEqual(redaction.data({ text, list: [text, 1, null] }), { text, list: [text, 1, null] })
    },
  ),
  property(
    'what stands around secrets is kept, in its order',
    fc.array(fc.tuple(fc.stringMatching(/^[a-z ]{0,9}$/), fc.constantFrom('Secret-One-1', 'Secret-Two-22')), {
      maxLength: 6,
    }),
    parts => {
      const redaction = new Redaction(['Secret-One-1', 'Secret-Two-22'])
      const text = parts.map(([before, secret]) => before + secret).join('')
      assert.equal(redaction.text(text), parts.map(([before]) => `${before}[redacted]`).join(''))
    },
  ),
]

/** Without the quotation marks of JSON. */
function bare(spelling: string): string {
  return spelling.replace(/^(\\*")+|(\\*")+$/g, '')
}
