import { readFile } from 'node:fs/promises'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { PAGE, readKeyDocs } from '../../docs/contract-keys.ts'
import { contractJsonSchema, type JsonSchema } from '../../docs/contract-schema.ts'
import { IMPOSSIBLE_VALUES, RIGHT, UNKNOWN_KEYS, WRONG_ALTERNATIVES } from './wrong-contracts.ts'

/* schema/contract.schema.json, as an editor has it: the file, and a validator that is not ours. */

let published: JsonSchema
let validate: ValidateFunction

beforeAll(async () => {
  published = JSON.parse(
    await readFile(new URL('../../../schema/contract.schema.json', import.meta.url), 'utf8'),
  )
  validate = new Ajv2020().compile(published)
})

test('the published schema is up to date: node specs/docs/schema.ts writes it', async () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(contractJsonSchema(await readKeyDocs()))))
})

test('every key has a description, wherever it can stand', () => {
  const without: string[] = []
  const look = (schema: JsonSchema, place: string) => {
    for (const alternative of schema.anyOf ?? []) look(alternative, place)
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      const isGroup = (value.anyOf ?? [value]).every(({ properties }) => properties !== undefined)
      // Those of a RegExp, of a way of stopping, of one platform, of one end: what holds them is described.
      const isPart = /\.(source|flags|stop\.accept\..*|stop\.(windows|macos|linux)\..*)$/.test(
        `${place}.${key}`,
      )
      if (value.description === undefined && !isGroup && !isPart) without.push(`${place}.${key}`)
      look(value, `${place}.${key}`)
    }
  }
  const { contract = {} } = published.$defs as Record<string, JsonSchema>
  look(contract, '')
  expect(without).toEqual([])
})

const isJson = (value: unknown) => {
  try {
    expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value)
    return true
  } catch {
    return false
  }
}

const WRONG = [...UNKNOWN_KEYS, ...IMPOSSIBLE_VALUES, ...WRONG_ALTERNATIVES].filter(([input]) =>
  isJson(input),
)

/** What stands in no schema: what a text has to hold, and what keys say of each other. */
const ONLY_THE_HARNESS_TELLS =
  /^(announce: (".*" has no|\{\w+\} is no placeholder|\/.* has no group|it (names|has both|is no RegExp))|announce\.(line: (it is no RegExp|"listener")|after: it belongs|where: it belongs|file: expected (a path|one \*))|(args|build\.run)\.0: it (holds a NUL|is empty)|cwd: it holds|env\..*: it holds|build\.(package|bin): expected a name|build: it (needs|has both|says not)|files\.0: |health\.headers\..*: \{token\}|logs\.stdout\.0: it is no|port: \{port\} stands|port\.args: none|targets: (it needs|names of)|stop\.(signals|accept\.\w+|windows\.signals): (it names|\w+ is not among)|stop\.requests\.0\.line: )/

describe('a wrong contract', () => {
  const refused = WRONG.filter(([, problem]) => !ONLY_THE_HARNESS_TELLS.test(problem))
  const passed = WRONG.filter(([, problem]) => ONLY_THE_HARNESS_TELLS.test(problem))

  test.each(refused)('%j is refused by the schema, too', input => {
    expect(validate(input)).toBe(false)
    expect(validate([input])).toBe(false)
  })

  test.each(passed)('%j is one of those that the harness alone can tell', input => {
    expect(validate(input)).toBe(true)
  })

  test('is refused by both as a rule', () => {
    expect(refused.length).toBeGreaterThan(2 * passed.length)
  })
})

describe('a right contract', () => {
  test.each(RIGHT.filter(isJson))('%j is right by the schema, too', input => {
    expect(validate(input), JSON.stringify(validate.errors)).toBe(true)
  })

  test.each([
    [{}],
    [[{ name: 'a' }, { name: 'b' }]],
    [{ $schema: './node_modules/sidecar-harness/schema/contract.schema.json', preset: 'tauri' }],
    [{ announce: { json: { port: 'port', token: 'token' }, where: { type: 'ready' }, after: 'up', on: 3 } }],
    [{ announce: { line: { source: '(?<port>.)', flags: 'i' }, file: '{tmp}/port' } }],
    [{ announce: { source: '(?<port>.)' } }],
    [{ health: { protocol: 'https', headers: { a: 'b' }, schema: false, timestamp: false, uptime: 'up' } }],
    [
      {
        stop: {
          requests: [{ http: 'POST /q' }, { line: 'q' }, { stdin: 'closed' }],
          windows: { signals: [] },
        },
      },
    ],
    [{ stop: { accept: { SIGTERM: [0, 'SIGTERM'], requested: [1] }, slowPath: '/x' } }],
    [{ levels: { 'stop/hangup': 'must' }, waive: { 'net/loopback-only': 'why' } }],
    [{ setup: ['node', 'x.mjs'], cwd: '{home}', env: { A: '{port}' }, port: { unasked: 'zero' } }],
  ])('%j is right', input => {
    expect(validate(input), JSON.stringify(validate.errors)).toBe(true)
  })

  test('on the page is right', async () => {
    const page = await readFile(PAGE, 'utf8')
    const blocks = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => JSON.parse(json))
    expect(blocks.length).toBeGreaterThan(0)
    for (const block of blocks) expect(validate(block), JSON.stringify(validate.errors)).toBe(true)
  })
})
