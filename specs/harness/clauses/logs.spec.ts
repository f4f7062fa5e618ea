import { describe, expect, test } from 'vitest'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife } from './recordings.ts'

describe('logs/stdout-machine-only', () => {
  const EXPECTED = 'stdout holds the announcement and nothing else that the contract does not allow'

  /** What is found when this is on stdout after the announcement. */
  function judge(bytes: string | Buffer, contract: ContractInput = {}) {
    const life = aLife('stop-sigint').announces().isReady().after(3).writes('stdout', bytes).stopsOn('SIGINT')
    return findingOf('logs/stdout-machine-only', evidenceOf({ contract, lives: [life] }))
  }

  test('passes in all lives, and in a single one', () => {
    const passed = (observed: string) => ({ outcome: 'pass', observed })
    expect(judge('')).toEqual(passed(expect.stringMatching(/^nothing else in \d\d lives, start to exit$/)))
    const clauses = ['logs/stdout-machine-only'] as const
    expect(findingOf('logs/stdout-machine-only', evidenceOf({ clauses }))).toEqual(
      passed('nothing else in 1 life, start to exit'),
    )
  })

  test('fails for a stray line, at its time', () => {
    expect(judge('GET /health 200\n')).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: '"GET /health 200"',
      seen: { life: 'stop-sigint', sinceLaunchMs: 45 },
    })
  })

  test.each([
    ['a\nb\n', '"a" and 1 more line'],
    ['a\nb\nc', '"a" and 2 more lines'],
    ['\n', 'an empty line'],
    ['no newline', '"no newline"'],
    ['a\u001B[31m\r\u0007b\n', '"a\\x1b[31m\\r\\x07b"'],
    [`${'long '.repeat(100)}\n`, `"${'long '.repeat(32)}…"`],
    ['x\n'.repeat(20_000), '"x" and 19999 more lines'],
  ])('quotes the first of %j', (bytes, observed) => {
    expect(judge(bytes)).toMatchObject({ outcome: 'fail', observed })
  })

  test('passes for lines that the contract allows, each time', () => {
    const contract = { logs: { stdout: [/^INFO:/g, /^access /y] } }
    expect(judge('INFO: a\nINFO: b\naccess c\naccess d\n', contract)).toMatchObject({ outcome: 'pass' })
    expect(judge('INFO: a\nWARN: b\n', contract)).toMatchObject({ outcome: 'fail', observed: '"WARN: b"' })
  })

  test('fails for more than can be looked at, whatever its kept lines are', () => {
    const flood = Buffer.from(`INFO: ${'x'.repeat(93)}\n`.repeat(25_000))
    expect(judge(flood, { logs: { stdout: [/^[INFO: x]*$/] } })).toMatchObject({
      outcome: 'fail',
      observed: `${flood.length + 'BACKEND_PORT:41234\n'.length} bytes, too many to be looked at line by line`,
    })
  })
})

describe('logs/on-stderr', () => {
  test('passes with the lines of the most talkative life', () => {
    const life = aLife('stop-sigint').logs('a').logs('b').announces().isReady().stopsOn('SIGINT')
    expect(findingOf('logs/on-stderr', evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'pass',
      observed: '2 lines in a life',
    })
  })

  test('fails for a life in which stderr stayed empty', () => {
    const life = aLife('stop-sigint').announces().isReady().stopsOn('SIGINT')
    expect(findingOf('logs/on-stderr', evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'fail',
      expected: 'human logs on stderr',
      observed: "stderr stayed empty: when it fails on a customer's machine there is nothing to read",
      seen: { life: 'stop-sigint', sinceLaunchMs: 55 },
    })
  })
})

describe('logs/plain-stdout', () => {
  test.each([
    ['\u001B[32mready\u001B[0m\n', 'escape code in "\\x1b[32mready\\x1b[0m"'],
    ['a\0b\n', 'NUL in "a\\x00b"'],
    ['\uFEFFhello\n', 'byte order mark in "\\u{feff}hello"'],
    [Buffer.from([0x66, 0xfc, 0x72, 0x0a]), 'invalid UTF-8 in "f�r"'],
  ])('fails for %j', (bytes, observed) => {
    const life = aLife('stop-sigint').announces().isReady().after(3).writes('stdout', bytes).stopsOn('SIGINT')
    expect(findingOf('logs/plain-stdout', evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'fail',
      expected: 'valid UTF-8 with no escape codes, NUL or byte order mark on stdout',
      observed,
      seen: { life: 'stop-sigint', sinceLaunchMs: 45 },
    })
  })

  test('passes for every letter that UTF-8 can write', () => {
    const life = aLife('stop-sigint')
      .announces()
      .isReady()
      .writes('stdout', 'größer, 漢字, 😀\n')
      .stopsOn('SIGINT')
    expect(findingOf('logs/plain-stdout', evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'pass',
      observed: 'plain',
    })
  })

  test('passes for escape codes on stderr', () => {
    const life = aLife('stop-sigint').logs('\u001B[31mno\u001B[0m').announces().isReady().stopsOn('SIGINT')
    expect(findingOf('logs/plain-stdout', evidenceOf({ lives: [life] }))).toMatchObject({ outcome: 'pass' })
  })
})

describe('logs/plain-stderr', () => {
  const judge = (bytes: string | Buffer) => {
    const life = aLife('stop-sigint').announces().isReady().after(3).writes('stderr', bytes).stopsOn('SIGINT')
    return findingOf('logs/plain-stderr', evidenceOf({ lives: [life] }))
  }

  test('fails for an escape code', () => {
    expect(judge('\u001B[33mwarn\u001B[39m disk is full\n')).toEqual({
      outcome: 'fail',
      expected: 'no escape codes on stderr, which is no terminal',
      observed: '"\\x1b[33mwarn\\x1b[39m disk is full"',
      seen: { life: 'stop-sigint', sinceLaunchMs: 45 },
    })
  })

  test('passes for all that is promised of stdout alone', () => {
    const passed = { outcome: 'pass', observed: 'no escape codes' }
    expect(judge(Buffer.from([0x66, 0xfc, 0x72, 0x0a]))).toEqual(passed)
    expect(judge('a\0b\n')).toEqual(passed)
  })
})
