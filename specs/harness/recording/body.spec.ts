import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { StandardSchema } from '../../../harness/contract/input.ts'
import { defaultHealthSchema } from '../../../harness/contract/schema/health.ts'
import { checkBody } from '../../../harness/life/body.ts'

const GOOD = '{"status":"ok","app":"backend","timestamp":"2026-01-01T00:00:00.000Z","uptime":0.1}'

function check(body: string, contentType: string | null = 'application/json', schema = defaultHealthSchema) {
  return checkBody(
    { status: 200, headers: {}, contentType, body, bodyBytes: Buffer.byteLength(body) },
    schema,
  )
}

describe('a health body', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/health+json',
    'application/vnd.app.v1+json;charset=utf-8',
  ])('is right as %s', async contentType => {
    expect(await check(GOOD, contentType)).toEqual([])
  })

  test.each([
    [null, 'its content type is missing, expected application/json'],
    ['', 'its content type is "", expected application/json'],
    ['text/plain; charset=utf-8', 'its content type is "text/plain", expected application/json'],
    ['text/html', 'its content type is "text/html", expected application/json'],
    ['application/jsonp', 'its content type is "application/jsonp", expected application/json'],
  ])('is wrong as %j', async (contentType, problem) => {
    expect(await check(GOOD, contentType)).toEqual([problem])
  })

  test('may hold things that cannot be compared', async () => {
    const odd = '{"length":{"toString":1}}'
    const body = `{"status":"ok","app":${odd},"timestamp":${odd},"uptime":{"valueOf":1,"toString":1}}`
    expect((await check(body)).map(problem => problem.replace(/:.*/, ''))).toEqual([
      'app',
      'timestamp',
      'uptime',
    ])
  })

  test('has the place of each thing that is wrong about it', async () => {
    expect(await check('{"status":"up","app":"","uptime":-1}')).toEqual([
      'status: Invalid input: expected "ok"',
      'app: Too small: expected string to have >=1 characters',
      'timestamp: Invalid input: expected string, received undefined',
      'uptime: Too small: expected number to be >=0',
    ])
  })

  test.each(['[]', '"ok"', 'null', '42'])('is wrong as %s', async body => {
    const [problem, ...more] = await check(body)
    expect(problem).toMatch(/^Invalid input: expected object, received /)
    expect(more).toEqual([])
  })

  test.each(['', 'OK', '{"status":"ok"', "{'status':'ok'}"])('%j is no JSON', async body => {
    const [problem, ...more] = await check(body)
    expect(problem).toMatch(/^it is no JSON: ./)
    expect(more).toEqual([])
  })

  test('with the wrong type that is no JSON either has both said', async () => {
    expect(await check('<html>', 'text/html')).toEqual([
      'its content type is "text/html", expected application/json',
      expect.stringMatching(/^it is no JSON: /),
    ])
  })

  test('is judged by the validator of the contract, however it names places', async () => {
    const schema: StandardSchema = {
      '~standard': {
        validate: async value => ({
          issues: [
            { message: 'not like this' },
            { message: 'empty', path: [] },
            { message: 'nested', path: ['a', 0, { key: 'b' }, Symbol('c')] },
            { message: JSON.stringify(value) },
          ],
        }),
      },
    }
    expect(await check('{"a":1}', 'application/json', schema)).toEqual([
      'not like this',
      'empty',
      'a.0.b.Symbol(c): nested',
      '{"a":1}',
    ])
  })

  test.each([
    [
      'throws',
      () => {
        throw new TypeError('x is undefined')
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('x is undefined'))],
  ])('is not taken for right by a validator that %s', async (_what, validate) => {
    const schema: StandardSchema = { '~standard': { validate } }
    expect(await check(GOOD, 'application/json', schema)).toEqual([
      "the contract's schema threw: x is undefined",
    ])
  })

  test('is not buried under its problems', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => [`key${index}`, z.string()] as const)
    const problems = await check('{}', 'application/json', z.object(Object.fromEntries(keys)))
    expect(problems).toHaveLength(8)
    expect(problems[0]).toBe('key0: Invalid input: expected string, received undefined')
  })
})
