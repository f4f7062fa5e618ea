import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { ContractError } from '../../../harness/contract/errors.ts'
import { loadContracts } from '../../../harness/contract/load.ts'
import { resolveContracts } from '../../../harness/contract/resolve.ts'
import { type Property, property } from './property.ts'

/** Keys of a contract at any depth, and what JavaScript gives a meaning to. */
const KEYS = fc.constantFrom(
  ...[
    '$schema',
    'preset',
    'name',
    'app',
    'binary',
    'build',
    'entry',
    'files',
    'libcFloor',
    'macosFloor',
    'args',
    'env',
    'cwd',
  ],
  ...[
    'setup',
    'port',
    'variable',
    'unasked',
    'announce',
    'line',
    'json',
    'where',
    'after',
    'on',
    'file',
    'source',
  ],
  ...['flags', 'health', 'path', 'schema', 'status', 'net', 'ports', 'origins', 'stop', 'signals', 'accept'],
  ...[
    'requests',
    'http',
    'windows',
    'macos',
    'linux',
    'SIGTERM',
    'slowPath',
    'fleet',
    'instances',
    'budgets',
  ],
  ...['readyMs', 'graceMs', 'levels', 'waive', 'logs', 'stdout', 'announce/once', 'token', 'url', 'socket'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '', '0'],
)

const LEAVES: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      'tauri',
      'electron',
      'plain',
      'go-plugin',
      'must',
      'may',
      'tcp',
      'listener',
      'url',
      'integer',
      'SIGTERM',
    ],
    ...[
      'BACKEND_PORT:{port}',
      '{port}{port}',
      '{x}',
      '(',
      '[',
      '(?<port>\\d+)',
      '/health',
      'GET /x',
      'glibc 2.31',
    ],
    ...['{tmp}/p', '../x', 'a\0b', '\uD800', '', '{here}', null, true, false, 0, -1, 1.5, 1e9, 1e308],
  ),
  fc.jsonValue({ maxDepth: 1 }),
)

const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    LEAVES,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(KEYS, fc.string({ maxLength: 5 })), tie('value')), { maxLength: 5 })
      // JSON.parse makes an own property of __proto__, and so does this.
      .map(entries => Object.fromEntries(entries)),
  ),
})).value

export const CONTRACTS: readonly Property[] = [
  property(
    'anything is a contract, or refused as one with a reason',
    values,
    input => {
      refuses(() => resolveContracts(input, { file: null, directory: '/nowhere/at/all' }))
    },
    { runs: 400 },
  ),
  property(
    'a key with any value is taken or refused with a reason, each by itself',
    fc.tuple(KEYS, values),
    ([key, value]) => {
      const input = { [key]: value }
      const before = JSON.stringify(input)
      refuses(() => resolveContracts(input, { file: null, directory: '/nowhere/at/all' }))
      assert.equal(JSON.stringify(input), before)
      assert.equal(Object.getPrototypeOf({}), Object.prototype)
    },
    {
      runs: 600,
      examples: [
        // It was put into a message by String().
        ['app', { toString: 'tauri' }],
        // Its length was compared with a number.
        ['name', { length: { toString: 'tauri' } }],
      ],
    },
  ),
  property(
    'a file of any bytes is a contract, or refused as one with its name',
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
      fc
        .tuple(values, fc.nat({ max: 200 }))
        .map(([value, length]) => Buffer.from(JSON.stringify(value).slice(0, length))),
    ),
    async bytes => {
      const directory = await mkdtemp(join(tmpdir(), 'contract-'))
      try {
        const file = join(directory, 'sidecar.config.json')
        await writeFile(file, bytes)
        await loadContracts(file).catch(error => expectContractError(error))
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
    { runs: 60 },
  ),
  property(
    "an app's own files may hold anything, too",
    fc.tuple(
      fc.constantFrom('tauri', 'electron'),
      values,
      fc.constantFrom('src-tauri/tauri.conf.json', 'package.json'),
    ),
    async ([preset, value, name]) => {
      const directory = await mkdtemp(join(tmpdir(), 'contract-'))
      try {
        await mkdir(join(directory, 'src-tauri'))
        await writeFile(join(directory, name), JSON.stringify(value))
        refuses(() => resolveContracts({ preset }, { file: null, directory }))
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
    { runs: 100 },
  ),
]

function refuses(resolve: () => unknown): void {
  try {
    resolve()
  } catch (error) {
    expectContractError(error)
  }
}

function expectContractError(error: unknown): void {
  if (!(error instanceof ContractError)) throw error
  assert.ok(error.problems.length > 0)
  for (const { message } of error.problems) assert.notEqual(message, '')
}
