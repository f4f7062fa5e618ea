import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { dir } from 'tmp-promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Contract } from '../../../harness/contract/contract.ts'
import { loadContract } from '../../../harness/contract/load.ts'

const PROGRAM = fileURLToPath(new URL('programs/load.ts', import.meta.url))
const HARNESS = new URL('../../../harness/index.ts', import.meta.url).href

/** Contract files by name. */
const FILES = {
  'typed.ts': `
    import { defineContract, type ContractInput } from '${HARNESS}'
    const input: ContractInput = { name: 'typed', binary: 'out/backend', announce: /^P (?<port>\\d+)$/ }
    export default defineContract(input)`,
  'typed.mts': `export default { name: 'typed module' } satisfies object`,
  'esm.js': `export default { name: 'esm' }`,
  'esm.mjs': `
    const validate = () => ({ issues: [{ message: 'never right' }] })
    export default { name: 'mjs', health: { schema: { '~standard': { validate } } } }`,
  'commonjs/package.json': `{ "type": "commonjs" }`,
  'commonjs/a.ts': `export default {}`,
  'commonjs/a.js': `import 'node:fs'\nexport default {}`,
  'common.js': `module.exports = { name: 'common' }`,
  'data.json': `{ "name": "data", "binary": "../backend", "fleet": { "instances": 2 } }`,
  'full.json': `{
    "app": "tauri",
    "port": { "args": ["--port={port}"] },
    "health": { "app": "notes", "uptime": false },
    "net": { "ports": [0], "origins": ["tauri://localhost"] },
    "stop": { "requests": [{ "http": "POST /quit" }], "accept": { "requested": [0, "SIGTERM"] } },
    "levels": { "net/foreign-host-refused": "must" },
    "waive": { "net/loopback-only": "the phone app connects over the LAN" }
  }`,
  'no-reason.json': `{ "waive": { "net/loopback-only": "" } }`,
  'wrong-clause.json': `{ "levels": { "net/loopback-onyl": "may" } }`,
  'wrong-key.ts': `export default { nmae: 'x' }`,
  'wrong-key.json': `{ "health": { "pth": "/x" } }`,
  'no-object.mjs': `export default null`,
  'no-default.ts': `export const contract = {}`,
  'empty.mjs': ``,
  'syntax.ts': `export default { name: `,
  'syntax.mjs': `export default {`,
  'syntax.json': `{ "name": `,
  'enum.ts': `enum A { B }\nexport default {}`,
  'throws.mjs': `throw new Error('no NOTES_HOME')`,
  'throws-text.mjs': `throw 'no NOTES_HOME'`,
  'imports.mjs': `import './nowhere.mjs'`,
  'sidecar.yaml': `name: x`,
  'sidecar.cjs': `module.exports = {}`,
  sidecar: ``,
} as const

type Result =
  | { readonly contract: Contract; readonly issues: readonly string[] }
  | { readonly message: string }

describe('loadContract', () => {
  let directory = ''
  let remove = async () => {}
  const results = new Map<string, Result>()

  beforeAll(async () => {
    const made = await dir({ prefix: 'contract-', unsafeCleanup: true })
    directory = made.path
    remove = made.cleanup
    await mkdir(join(directory, 'directory.ts'))
    await mkdir(join(directory, 'commonjs'))
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(directory, name), text)
    const names = [...Object.keys(FILES), 'missing.ts', 'missing.json', 'missing', 'directory.ts']
    const paths = names.map(name => join(directory, name))
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', PROGRAM, ...paths])
    const found: Result[] = JSON.parse(stdout)
    for (const [index, name] of names.entries()) results.set(name, found[index] as Result)
  })

  afterAll(() => remove())

  /** What is said of a file, its path cut short. */
  const messageOf = (name: string) => {
    const result = results.get(name)
    return result !== undefined && 'message' in result
      ? result.message.replaceAll(`${directory}/`, '…/')
      : null
  }

  test.each([
    ['typed.ts', 'typed'],
    ['typed.mts', 'typed module'],
    ['esm.js', 'esm'],
    ['esm.mjs', 'mjs'],
    ['common.js', 'common'],
    ['data.json', 'data'],
  ])('reads %s', (file, name) => {
    expect(results.get(file)).toMatchObject({ contract: { name, file: join(directory, file) } })
  })

  test('finds paths from the directory of the file', () => {
    expect(results.get('typed.ts')).toMatchObject({ contract: { binary: join(directory, 'out/backend') } })
    expect(results.get('data.json')).toMatchObject({ contract: { binary: join(directory, '../backend') } })
  })

  test('has all in JSON that is data', () => {
    expect(results.get('full.json')).toMatchObject({
      contract: {
        app: 'tauri',
        port: { kind: 'arguments', args: ['--port={port}'] },
        health: { app: 'notes', uptime: null, timestamp: 'timestamp' },
        net: { ports: [0], origins: ['tauri://localhost'] },
        stop: {
          requests: [{ kind: 'http', method: 'POST', path: '/quit' }],
          accept: { SIGTERM: [0], requested: [0, 'SIGTERM'] },
        },
        levels: { 'net/foreign-host-refused': 'must' },
        waive: { 'net/loopback-only': 'the phone app connects over the LAN' },
      },
    })
  })

  test('keeps a RegExp and a validator of a module', () => {
    expect(results.get('typed.ts')).toMatchObject({
      contract: { announce: { pattern: { kind: 'regexp', source: '^P (?<port>\\d+)$', flags: '' } } },
    })
    expect(results.get('esm.mjs')).toMatchObject({ issues: ['never right'] })
  })

  test.each([
    ['wrong-key.ts', 'nmae: there is no such key. Did you mean "name"?'],
    ['wrong-key.json', 'health.pth: there is no such key. Did you mean "path"?'],
    ['no-reason.json', 'waive.net/loopback-only: a reason is required'],
    [
      'wrong-clause.json',
      'levels.net/loopback-onyl: there is no such clause. Did you mean "net/loopback-only"?',
    ],
    ['no-object.mjs', 'Invalid input: expected object, received null'],
    ['no-default.ts', 'it has no default export; write: export default defineContract({ … })'],
    ['empty.mjs', 'it has no default export; write: export default defineContract({ … })'],
    ['throws.mjs', 'no NOTES_HOME'],
    ['throws-text.mjs', 'no NOTES_HOME'],
    ['imports.mjs', "Cannot find module '…/nowhere.mjs' imported from …/imports.mjs"],
    ['missing.ts', 'there is no such file'],
    ['missing.json', 'there is no such file'],
    ['missing', 'a contract file ends in one of .ts, .mts, .js, .mjs, .json'],
    ['sidecar', 'a contract file ends in one of .ts, .mts, .js, .mjs, .json'],
    ['sidecar.yaml', 'a contract file ends in one of .ts, .mts, .js, .mjs, .json'],
    ['sidecar.cjs', 'a contract file ends in one of .ts, .mts, .js, .mjs, .json'],
  ])('refuses %s, and says why', (file, why) => {
    expect(messageOf(file)).toBe(`…/${file} cannot be used:\n  ${why}`)
  })

  test.each([
    ['syntax.ts', /Expression expected/],
    ['syntax.mjs', /Unexpected end of input/],
    ['syntax.json', /Unexpected end of JSON input/],
    ['enum.ts', /enum is not supported/],
    ['directory.ts', /directory/i],
  ])('passes on what Node says of %s', (file, why) => {
    expect(messageOf(file)).toMatch(/^….* cannot be used:\n {2}\S/)
    expect(messageOf(file)).toMatch(why)
  })

  test.each([
    ['commonjs/a.ts', "Unexpected token 'export'", 'a.mts'],
    ['commonjs/a.js', 'Cannot use import statement outside a module', 'a.mjs'],
  ])('tells how %s becomes a module', (file, said, name) => {
    expect(messageOf(file)).toBe(
      `…/${file} cannot be used:\n  ${said}: Node takes it for CommonJS, as the nearest package.json says; name it ${name}, or write "type": "module" there`,
    )
  })

  test('takes a path from the working directory', async () => {
    const path = relative(process.cwd(), join(directory, 'data.json'))
    expect((await loadContract(path)).contract).toMatchObject({ file: join(directory, 'data.json') })
  })
})
