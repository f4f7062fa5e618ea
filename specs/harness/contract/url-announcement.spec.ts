import { describe, expect, test } from 'vitest'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import { toAnnounce } from '../../../harness/contract/to-announce.ts'

const read = (line: string) => compileGrammar(toAnnounce('url')).read(line)
const place = (port: number, host: string) => ({ kind: 'announcement', port, host })

describe('a URL in a line', () => {
  test.each([
    ['Listening on http://localhost:3000', 'localhost'],
    ['Listening on http://127.0.0.1:3000.', '127.0.0.1'],
    ['Listening on http://127.0.0.1:3000, press q', '127.0.0.1'],
    ['Listening on (http://127.0.0.1:3000)', '127.0.0.1'],
    ['[http://127.0.0.1:3000]', '127.0.0.1'],
    ['"http://127.0.0.1:3000/a"', '127.0.0.1'],
    ['Listening on HTTP://LOCALHOST:3000/', 'localhost'],
    ['http://app.localhost:3000', 'app.localhost'],
    ['http://[::1]:3000/docs?x=1#y', '[::1]'],
    ['http://[::ffff:127.0.0.1]:3000', '[::ffff:7f00:1]'],
    ['http://0.0.0.0:3000', '0.0.0.0'],
    ['http://192.168.1.20:3000', '192.168.1.20'],
    ['tcp://127.0.0.1:3000', '127.0.0.1'],
    ['ws://127.0.0.1:3000/x', '127.0.0.1'],
    [
      '\u001B[32m➜\u001B[39m  Local:   http://\u001B[1mlocalhost\u001B[22m:\u001B[1m3000\u001B[22m/',
      'localhost',
    ],
    ['https://example.com:8443 is down, see http://localhost:3000', 'localhost'],
  ])('%j', (line, host) => {
    expect(read(line)).toEqual(place(3000, host))
  })

  test.each(['https://localhost:3000', 'wss://localhost:3000/x'])('%s is asked by TLS', line => {
    expect(read(line)).toEqual({ ...place(3000, 'localhost'), secure: true })
  })

  test('is announced by the first of several, and by that one alone', () => {
    const reads = compileGrammar(toAnnounce('url')).begin()
    const lines = ['hello', 'http://localhost:1', 'http://localhost:2', 'GET http://localhost:1/x']
    expect(lines.map(reads).map(({ kind }) => kind)).toEqual(['other', 'announcement', 'other', 'other'])
  })
})

describe('a template with {url}', () => {
  const readTemplate = (line: string) => compileGrammar(toAnnounce('at {url}')).read(line)

  test.each([
    ['at http://localhost', 80, {}],
    ['at https://localhost/', 443, { secure: true }],
    ['at ws://localhost', 80, {}],
  ])('%s has the usual port of its scheme', (line, port, secure) => {
    expect(readTemplate(line)).toEqual({ ...place(port, 'localhost'), ...secure })
  })

  test('takes a name that only this machine knows, which no line of a banner is taken for', () => {
    expect(readTemplate('at http://desk.local:3000')).toEqual(place(3000, 'desk.local'))
  })

  test.each([
    ['at unix:///tmp/notes.sock', '/tmp/notes.sock'],
    ['at unix:///tmp/ü.sock', '/tmp/ü.sock'],
    ['at unix:///tmp/100%.sock', '/tmp/100%.sock'],
  ])('%s is a socket of the file system', (line, socket) => {
    expect(readTemplate(line)).toEqual({ kind: 'announcement', port: null, host: null, socket })
  })

  test('wants a port of a scheme that has no usual one', () => {
    expect(readTemplate('at nats://localhost')).toEqual({
      kind: 'near-miss',
      why: '"" is no decimal port number',
    })
  })
})

describe('a template with {socket} or {token}', () => {
  test.each([
    ['socket={socket}', 'socket=/tmp/my app/a.sock', { socket: '/tmp/my app/a.sock' }],
    ['socket={socket}', 'socket=\\\\.\\pipe\\notes', { socket: '\\\\.\\pipe\\notes' }],
    ['{socket} ready', '/run/a.sock ready', { socket: '/run/a.sock' }],
    ['{socket}|{token}', '/run/a.sock|abc', { socket: '/run/a.sock', token: 'abc' }],
  ])('%s reads %s', (template, line, seen) => {
    const reading = compileGrammar(toAnnounce(template)).read(line)
    expect(reading).toEqual({ kind: 'announcement', port: null, host: null, ...seen })
  })

  test('reads a token beside a port', () => {
    const { read: readToken } = compileGrammar(toAnnounce('PORT={port} TOKEN={token}'))
    expect(readToken('PORT=80 TOKEN=a.b-c_d=')).toMatchObject({ port: 80, token: 'a.b-c_d=' })
    expect(readToken('PORT=80 TOKEN=')).toMatchObject({ kind: 'near-miss' })
  })
})

test('of no token is anything said that is shown', () => {
  const shown = [
    compileGrammar(toAnnounce('PORT={port} TOKEN={token}')).read('PORT=0 TOKEN=s3cret'),
    compileGrammar(toAnnounce('PORT={port} TOKEN={token}')).read('port 80 token s3cret'),
    compileGrammar(toAnnounce({ json: { port: 'port', token: 'key' } })).read('{"port":0,"key":"s3cret"}'),
    compileGrammar(toAnnounce(/^(?<port>\S+) (?<token>\S+)$/)).read('abc s3cret'),
    compileGrammar(toAnnounce('url')).read('http://127.0.0.1:99999/?key=s3cret'),
  ]
  expect(shown.map(({ kind }) => kind)).toEqual(shown.map(() => 'near-miss'))
  expect(JSON.stringify(shown)).not.toContain('s3cret')
})
