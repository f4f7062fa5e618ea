import { expect, test } from 'vitest'
import { compileGrammar, toPattern } from '../../../harness/contract/announcement.ts'

/** The longest line that is read at all. */
const LENGTH = 4096
/** Far beyond what any of these needs, and far below what a pattern without bounds would take. */
const SLOW_MS = 250

const TEMPLATES = [
  'BACKEND_PORT:{port}',
  'http://{host}:{port}',
  '{host}:{port}',
  '{port}',
  'a {host} - {port}',
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
  '\uD800',
  '漢',
]

test.each(TEMPLATES)('%s reads the longest lines of anything in no time', template => {
  const grammar = compileGrammar(toPattern(template))
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
