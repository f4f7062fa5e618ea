import { expect, test } from 'vitest'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { toAnnounce } from '../../../harness/contract/to-announce.ts'

/** The longest line that is read at all. */
const LENGTH = 4096
/** Far beyond what any of these needs, and far below what a pattern without bounds would take. */
const SLOW_MS = 250

const PATTERNS: readonly NonNullable<ContractInput['announce']>[] = [
  'BACKEND_PORT:{port}',
  'http://{host}:{port}',
  '{host}:{port}',
  '{port}',
  'a {host} - {port}',
  'a {url}',
  '{url}?t={token}',
  'a {socket} {token}',
  '{socket}{token}',
  'url',
  'integer',
  'go-plugin',
  { json: 'port' },
  { json: 'a.b', after: 'a' },
]

const UNITS = [
  ':',
  ' ',
  'http',
  'http://',
  'http::::::::::::::::',
  'BACKEND',
  'BACKEND_PORT:',
  'BACKEND_PORT:0x',
  '0',
  '1,',
  'a ',
  'a:-',
  '\u001B',
  '\u001B[',
  '\u001B]',
  '\u001B[0;',
  '\u001B]0;a',
  '\u009B',
  '\uFEFF',
  '\0',
  '/',
  'a://',
  'http://[',
  'http://127.0.0.1:1',
  '?t=',
  '1|',
  '{',
  '{"a":',
  '\t\r',
  '\uD800',
  '漢',
]

test.each(PATTERNS)('%j reads the longest lines of anything in no time', pattern => {
  const grammar = compileGrammar(toAnnounce(pattern))
  for (const unit of UNITS) {
    for (const head of ['', 'http', 'BACKEND_PORT', 'a ']) {
      const line = (head + unit.repeat(LENGTH / unit.length)).slice(0, LENGTH)
      const before = process.cpuUsage()
      grammar.read(line)
      // Not by the clock: the machine may be busy with something else.
      expect(process.cpuUsage(before).user / 1000, JSON.stringify(head + unit)).toBeLessThan(SLOW_MS)
    }
  }
})
