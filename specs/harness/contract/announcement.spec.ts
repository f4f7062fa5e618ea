import { describe, expect, test } from 'vitest'
import { compileGrammar, GrammarError, type Reading } from '../../../harness/contract/announcement.ts'
import { toAnnounce } from '../../../harness/contract/to-announce.ts'

const read = (pattern: string | RegExp, line: string): Reading =>
  compileGrammar(toAnnounce(pattern)).read(line)
const announcement = (port: number, host: string | null = null) => ({ kind: 'announcement', port, host })
const nearMiss = (why: string) => ({ kind: 'near-miss', why })
const OTHER = { kind: 'other' }
/** As who expects UTF-8 reads it. */
const inUtf16 = (line: string) => Buffer.from(line, 'utf16le').toString()

describe('a template', () => {
  test.each([1, 80, 8080, 41_234, 65_535])('announces port %i', port => {
    expect(read('BACKEND_PORT:{port}', `BACKEND_PORT:${port}`)).toEqual(announcement(port))
  })

  test.each([
    ['http://{host}:{port}', 'http://127.0.0.1:41234', '127.0.0.1'],
    ['http://{host}:{port}', 'http://localhost:41234', 'localhost'],
    ['http://{host}:{port}', 'http://[::1]:41234', '[::1]'],
    ['listening on {host} port {port}!', 'listening on 127.0.0.1 port 41234!', '127.0.0.1'],
    ['{port}@{host}', '41234@127.0.0.1', '127.0.0.1'],
  ])('%s announces the host in %s', (template, line, host) => {
    expect(read(template, line)).toEqual(announcement(41_234, host))
  })

  test('takes every character but its placeholders literally', () => {
    expect(read('^a.*[b] (c)+?|\\d/$-{port}', '^a.*[b] (c)+?|\\d/$-80')).toEqual(announcement(80))
    expect(read('a.b={port}', 'axb=80')).toMatchObject({ kind: 'other' })
  })

  test('that is a port alone announces a line of digits', () => {
    expect(read('{port}', '41234')).toEqual(announcement(41_234))
    expect(read('{port}', 'line 41234')).toEqual(OTHER)
  })

  test.each(['', 'BACKEND', 'BACKEND_PORT:', 'Listening on 41234', 'hello BACKEND_PORT', '41234'])(
    'takes %j for something else',
    line => {
      expect(read('BACKEND_PORT:{port}', line)).toEqual(OTHER)
    },
  )

  test.each([
    [
      'no port in it',
      'BACKEND_PORT',
      '"BACKEND_PORT" has no {port}, {url} or {socket}, so nothing could be read from it',
    ],
    [
      'another placeholder',
      'X:{prot}',
      '{prot} is no placeholder; a template may hold {port}, {host}, {url}, {socket} and {token}',
    ],
    ['two ports', '{port}:{port}', '{port} stands in it more than once'],
    ['two hosts', '{host}{host}{port}', '{host} stands in it more than once'],
    ['nothing in it', '', '"" has no {port}, {url} or {socket}, so nothing could be read from it'],
  ])('with %s is refused', (_what, template, message) => {
    expect(() => compileGrammar(toAnnounce(template))).toThrow(new GrammarError(message))
  })
})

describe('a near miss of a template', () => {
  const NOT_WRITTEN = 'it is not written as BACKEND_PORT:{port}'

  test.each([
    ['port 0', 'BACKEND_PORT:0', 'port 0 is what one asks the system for, never what one gets'],
    ['many zeros', 'BACKEND_PORT:0000', 'port 0 is what one asks the system for, never what one gets'],
    ['padding with zeros', 'BACKEND_PORT:08080', 'the port 08080 is padded with zeros'],
    ['a port too high', 'BACKEND_PORT:65536', '65536 is beyond the last port, 65535'],
    ['ten digits', 'BACKEND_PORT:4123441234', '4123441234 is beyond the last port, 65535'],
    [
      'more digits than that',
      'BACKEND_PORT:41234412344123441234',
      '41234412344123441234 is beyond the last port, 65535',
    ],
    ['a negative port', 'BACKEND_PORT:-1', '"-1" is no decimal port number'],
    ['a sign', 'BACKEND_PORT:+8080', '"+8080" is no decimal port number'],
    ['a dash for a separator', 'BACKEND-PORT-41234', NOT_WRITTEN],
    ['a fraction', 'BACKEND_PORT:8080.0', '"8080.0" is no decimal port number'],
    ['grouped digits', 'BACKEND_PORT:41,234', '"41,234" is no decimal port number'],
    ['hexadecimal digits', 'BACKEND_PORT:0x1F90', '"0x1F90" is no decimal port number'],
    ['undefined', 'BACKEND_PORT:undefined', '"undefined" is no decimal port number'],
    ['null', 'BACKEND_PORT:null', '"null" is no decimal port number'],
    ['None', 'BACKEND_PORT:None', '"None" is no decimal port number'],
    ['a space before the port', 'BACKEND_PORT: 41234', NOT_WRITTEN],
    ['another separator', 'BACKEND_PORT=41234', NOT_WRITTEN],
    ['other case', 'backend_port:41234', NOT_WRITTEN],
    ['other punctuation', 'backend-port 41234', NOT_WRITTEN],
    ['a log prefix', '2026-01-01 INFO BACKEND_PORT:41234', NOT_WRITTEN],
    ['something after it', 'BACKEND_PORT:41234 (pid 7)', NOT_WRITTEN],
    ['JSON', '{"backendPort": 41234}', NOT_WRITTEN],
    ['quotation marks', '"BACKEND_PORT:41234"', NOT_WRITTEN],
    ['a letter after it', 'BACKEND_PORT:41234a', NOT_WRITTEN],
    ['a carriage return before it', '\rBACKEND_PORT:41234', 'spaces around it'],
    ['spaces before it', '  BACKEND_PORT:41234', 'spaces around it'],
    ['a tab after it', 'BACKEND_PORT:41234\t', 'spaces around it'],
    ['a byte order mark', '\uFEFFBACKEND_PORT:41234', 'a byte order mark before it'],
    ['UTF-16', inUtf16('BACKEND_PORT:41234'), 'a NUL after each letter, as UTF-16 has it'],
    [
      'UTF-16 with its byte order mark',
      inUtf16('\uFEFFBACKEND_PORT:41234'),
      'a NUL after each letter, as UTF-16 has it',
    ],
    ['colour', '\u001B[32mBACKEND_PORT:41234\u001B[0m', 'terminal escape codes in it'],
    ['a title sequence', '\u001B]0;backend\u0007BACKEND_PORT:41234', 'terminal escape codes in it'],
    [
      'several coats',
      '\uFEFF \u001B[1mBACKEND_PORT:41234 \u001B[0m',
      'a byte order mark before it and terminal escape codes in it and spaces around it',
    ],
    [
      'colour and another separator',
      '\u001B[32mBACKEND_PORT\u001B[0m = 41234',
      `${NOT_WRITTEN}, and escape codes are in it`,
    ],
  ])('is %s', (_what, line, why) => {
    expect(read('BACKEND_PORT:{port}', line)).toEqual(nearMiss(why))
  })

  test.each([
    ['a host that is left out', 'http://{host}:{port}', 'http://:8080'],
    ['another scheme of writing', 'http://{host}:{port}', 'HTTP 127.0.0.1 8080'],
  ])('has %s', (_what, template, line) => {
    expect(read(template, line).kind).toBe('near-miss')
  })

  test('that names an impossible port behind a host says so', () => {
    expect(read('http://{host}:{port}', 'http://127.0.0.1:0')).toEqual(
      nearMiss('port 0 is what one asks the system for, never what one gets'),
    )
  })
})

describe('a RegExp', () => {
  test('announces its groups', () => {
    const pattern = /^listening on (?<host>\S+) port (?<port>\d+)$/
    expect(read(pattern, 'listening on ::1 port 41234')).toEqual(announcement(41_234, '::1'))
    expect(read(/port (?<port>\d+)/, 'it is port 41234, of course')).toEqual(announcement(41_234))
    expect(read(/PORT=(?<port>\d+)/i, 'port=80')).toEqual(announcement(80))
  })

  test.each(['g', 'y', 'gy'])('with the flag %s reads every line alike', flags => {
    const grammar = compileGrammar(toAnnounce(new RegExp('^port=(?<port>\\d+)', flags)))
    for (let time = 0; time < 3; time += 1) expect(grammar.read('port=80')).toEqual(announcement(80))
    expect(grammar.text).toBe(`/^port=(?<port>\\d+)/${[...flags].sort().join('')}`)
  })

  test.each([
    ['port=0', 'port 0 is what one asks the system for, never what one gets'],
    ['port=00080', 'the port 00080 is padded with zeros'],
    ['port=70000', '70000 is beyond the last port, 65535'],
    ['port=abc', '"abc" is no decimal port number'],
    ['port=', '"" is no decimal port number'],
  ])('reads %s as a near miss', (line, why) => {
    expect(read(/^port=(?<port>\w*)$/, line)).toEqual(nearMiss(why))
  })

  test.each([
    ['\u001B[32mport=80\u001B[0m', 'terminal escape codes in it'],
    ['\uFEFFport=80', 'a byte order mark before it'],
    [' port=80 ', 'spaces around it'],
  ])('recognises %j in disguise', (line, why) => {
    expect(read(/^port=(?<port>\d+)$/, line)).toEqual(nearMiss(why))
  })

  test('takes what it does not match for something else', () => {
    expect(read(/^port=(?<port>\d+)$/, 'PORT: 80')).toEqual(OTHER)
  })

  test('without a group named port is refused', () => {
    expect(() => compileGrammar(toAnnounce(/^port=(\d+)$/i))).toThrow(
      new GrammarError('/^port=(\\d+)$/i has no group named port, url or socket: write (?<port>\\d+)'),
    )
  })
})
