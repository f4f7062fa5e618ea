import { describe, expect, test } from 'vitest'
import { readHealth } from '../../../harness/compare/health-facts.ts'
import { shapeOf } from '../../../harness/compare/shape.ts'

const OWN = { file: '/opt/app/backend-x86_64-unknown-linux-gnu', port: 41_234 }

describe('a line without what is its own life’s', () => {
  test.each([
    ['BACKEND_PORT:41234', 'BACKEND_PORT:{port}'],
    ['listening on 127.0.0.1:41234', 'listening on 127.0.0.1:{port}'],
    ['listening on 0.0.0.0:41234', 'listening on 0.0.0.0:{port}'],
    ['141234 and 412345 and 41234.5', '{n} and {n} and {n}'],
    ['2026-03-01T12:00:00.250Z up', '{time} up'],
    ['[12:00:01.004] GET /health 200 0.4ms', '[{time}] GET /health {n} {n}ms'],
    ['request 6f9619ff-8b86-d011-b42d-00c04fc964ff', 'request {id}'],
    ['commit 3367281f, at 0x7ffd', 'commit {id}, at {id}'],
    ['session Zm9vYmFyMTIzNDU2Nzg5MDEy', 'session {id}'],
    ['data in /tmp/sidecar-harness-0123456789abcdef/17/home/.app', 'data in {life}/home/.app'],
    ['/opt/app/backend-x86_64-unknown-linux-gnu: ready', '{file}: ready'],
    ['the backend-x86_64-unknown-linux-gnu-old is not it', 'the {id} is not it'],
    ['backend-x86_64-unknown-linux-gnu[4711]: ready', '{file}[{n}]: ready'],
    ['Sun Nov 22 started', '{date} {date} {n} started'],
    ['a plain line', 'a plain line'],
    ['', ''],
  ])('%s', (line, shape) => {
    expect(shapeOf(line, OWN)).toBe(shape)
  })

  test('is told apart from another by its beginning where it is long', () => {
    expect(shapeOf('x'.repeat(10_000), OWN)).toHaveLength(400)
  })
})

describe('a health body', () => {
  test('is read key by key', () => {
    const body = {
      status: 'ok',
      checks: { db: true },
      items: [{ id: 1 }, { id: 'a' }],
      port: 41_234,
      none: null,
    }

    expect({ ...readHealth(JSON.stringify(body), OWN) }).toEqual({
      '': { type: 'object', value: null },
      status: { type: 'string', value: '"ok"' },
      checks: { type: 'object', value: null },
      'checks.db': { type: 'boolean', value: 'true' },
      items: { type: 'list', value: null },
      'items[]': { type: 'object', value: null },
      'items[].id': { type: 'number or string', value: null },
      port: { type: 'number', value: '{port}' },
      none: { type: 'null', value: 'null' },
    })
  })

  test('that is no JSON has a shape', () => {
    expect(readHealth('OK, up for 17 s', OWN)).toEqual({ '': { type: 'text', value: 'OK, up for {n} s' } })
  })

  test('can have a key that objects have by themselves', () => {
    expect(Object.keys(readHealth('{"__proto__": 1, "constructor": 2}', OWN))).toEqual([
      ...['', '__proto__', 'constructor'],
    ])
  })

  test('can be deep without end', () => {
    expect(Object.keys(readHealth(`${'['.repeat(1000)}${']'.repeat(1000)}`, OWN)).length).toBeLessThan(12)
  })
})
