import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dir } from 'tmp-promise'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Contract } from '../../../harness/contract/contract.ts'
import { ContractError } from '../../../harness/contract/errors.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'

const resolve = (input: ContractInput, directory = '/app'): Contract =>
  resolveContract(input, { file: null, directory }).contract

function problemsOf(input: unknown, directory = '/app'): readonly string[] {
  try {
    resolveContract(input, { file: null, directory })
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    return error.problems.map(({ at, message }) => `${at}: ${message}`)
  }
  return []
}

describe('the preset plain', () => {
  test('expects nothing that a server would have to do for us', () => {
    expect(resolve({ preset: 'plain' })).toMatchObject({
      announce: { pattern: { kind: 'listener' }, on: { kind: 'listener' } },
      port: { kind: 'variable', name: 'PORT', unasked: 'chosen' },
      health: { kind: 'http', path: '/', status: 200, hasSchema: false, timestamp: null, uptime: null },
      logs: { stdout: [{ source: '^', flags: '' }] },
      stop: { signals: ['SIGTERM', 'SIGINT'], accept: { SIGTERM: [0, 143, 'SIGTERM'] } },
      levels: { 'artifact/triple-name': 'may' },
    })
  })

  test.each<[string, ContractInput, Contract['port']]>([
    [
      '{port} stands in its arguments',
      { args: ['--port={port}'] },
      { kind: 'placeholder', unasked: 'chosen' },
    ],
    ['{port} stands in its variables', { env: { X: '{port}' } }, { kind: 'placeholder', unasked: 'chosen' }],
    [
      '{port} stands in the command of its setup',
      { setup: ['node', 'x.mjs', '{port}'] },
      { kind: 'placeholder', unasked: 'chosen' },
    ],
    [
      'arguments are named',
      { port: { args: ['{port}'] } },
      { kind: 'arguments', args: ['{port}'], unasked: 'chosen' },
    ],
    [
      'another variable is named',
      { port: { variable: 'X' } },
      { kind: 'variable', name: 'X', unasked: 'chosen' },
    ],
    [
      'it can choose',
      { port: { variable: 'X', unasked: 'zero' } },
      { kind: 'variable', name: 'X', unasked: 'zero' },
    ],
    ['it cannot be asked', { port: false }, { kind: 'none', unasked: 'nothing' }],
  ])('has a port chosen for it, also where %s', (_where, input, port) => {
    expect(resolve({ preset: 'plain', ...input }).port).toEqual(port)
  })
})

test('the preset go-plugin has the port read from its line, and the end that its library has', () => {
  expect(resolve({ preset: 'go-plugin', env: { COOKIE: 'x' } })).toMatchObject({
    announce: { pattern: { kind: 'go-plugin' }, on: { kind: 'stdout' } },
    port: { kind: 'none' },
    health: { kind: 'tcp' },
    env: { COOKIE: 'x' },
    stop: { signals: ['SIGTERM'], accept: { SIGTERM: [0, 143, 'SIGTERM'] } },
  })
})

describe('what is written wins over a preset', () => {
  const written: ContractInput = {
    preset: 'plain',
    announce: { line: 'url', on: 'stderr' },
    health: { path: '/up', burst: 3 },
    stop: { accept: { SIGTERM: [7] }, slowPath: '/slow' },
    logs: { stdout: [/^ok/] },
    levels: { 'artifact/triple-name': 'must', 'stop/hangup': 'should' },
  }

  test('key by key where keys are its parts, and wholly where it is one thing', () => {
    const contract = resolve(written)
    expect(contract).toMatchObject({
      announce: { pattern: { kind: 'url', after: null }, on: { kind: 'stderr' } },
      health: { path: '/up', burst: 3, hasSchema: false },
      stop: { accept: { SIGTERM: [7], SIGINT: [0, 130, 'SIGINT'] }, slowPath: '/slow' },
      logs: { stdout: [{ source: '^ok', flags: '' }] },
    })
    expect(contract.levels).toMatchObject({
      'artifact/triple-name': 'must',
      'logs/plain-stdout': 'may',
      'stop/hangup': 'should',
    })
  })

  test('also as another form of it', () => {
    expect(resolve({ preset: 'plain', health: 'tcp' }).health.kind).toBe('tcp')
    expect(resolve({ preset: 'go-plugin', health: { path: '/up' } }).health).toMatchObject({ kind: 'http' })
    expect(resolve({ preset: 'go-plugin', port: { variable: 'P' } }).port).toMatchObject({ name: 'P' })
  })

  test('and a key that is there and undefined does not', () => {
    const spread = { preset: 'plain', announce: undefined, health: { path: undefined }, port: undefined }
    expect(resolve(spread as unknown as ContractInput)).toEqual(resolve({ preset: 'plain' }))
  })

  test('and is told by its place where it is wrong', () => {
    const wrong = {
      preset: 'plain',
      helth: {},
      health: { pth: '/' },
      port: null,
      env: 5,
      args: [7],
      levels: 'may',
    }
    expect(problemsOf(wrong)).toEqual([
      'args.0: Invalid input: expected string, received number',
      'env: Invalid input: expected record, received number',
      'port: expected { variable: "PORT" }, { args: ["--port={port}"] }, or false where it cannot be asked for a port',
      'health.pth: there is no such key. Did you mean "path"?',
      'levels: expected an object, such as { "net/foreign-host-refused": "must" }',
      'helth: there is no such key. Did you mean "health"?',
    ])
  })
})

describe('the preset electron', () => {
  /** A project with these files; those that end in no extension, or in .exe, are programs. */
  async function project(files: Record<string, unknown>): Promise<string> {
    const { path, cleanup } = await dir({ prefix: 'electron-', unsafeCleanup: true })
    onTestFinished(() => cleanup())
    for (const [name, content] of Object.entries(files)) {
      const file = join(path, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
      if (!name.endsWith('.json')) await chmod(file, 0o755)
    }
    return path
  }

  test('names the one program that is taken along', async () => {
    const directory = await project({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder's own
      'package.json': { build: { extraResources: [{ from: 'bin/${os}/${arch}', to: 'bin' }, 'models'] } },
      [`bin/${{ win32: 'win', darwin: 'mac' }[process.platform as string] ?? 'linux'}/${process.arch}/backend`]:
        '',
      'models/small.json': {},
    })
    const { app, binary, name } = resolve({ preset: 'electron' }, directory)
    expect({ app, name }).toEqual({ app: 'electron', name: 'backend' })
    expect(binary).toMatch(/\/bin\/\w+\/\w+\/backend$/)
  })

  test.skipIf(process.platform === 'win32').each<[string, Record<string, unknown>, string | null]>([
    [
      'in electron-builder.json',
      { 'electron-builder.json': { extraFiles: 'out/backend' }, 'out/backend': '' },
      'out/backend',
    ],
    [
      'for this platform',
      {
        'package.json': { build: { linux: { extraResources: 'a/' }, mac: { extraResources: 'a/' } } },
        'a/x': '',
        'a/x.so': '',
        'a/x.so.1': '',
        'a/x.sh': '',
      },
      'a/x',
    ],
    [
      'unpacked with the app',
      {
        'package.json': { build: { asarUnpack: ['**/*.node', 'bin/*', 'node_modules/ffmpeg/**'] } },
        'bin/backend': '',
        'node_modules/ffmpeg/ffmpeg': '',
      },
      'bin/backend',
    ],
    [
      'beside the app rather than unpacked with it',
      {
        'package.json': { build: { extraResources: 'out/**', mac: {}, asarUnpack: 'tools/**' } },
        'out/backend': '',
        'tools/helper': '',
      },
      'out/backend',
    ],
    ['by a whole pattern alone', { 'package.json': { build: { asarUnpack: '**' } }, backend: '' }, null],
    [
      'nowhere',
      { 'package.json': { build: { extraResources: ['models', 'gone'] } }, 'models/x.json': {} },
      null,
    ],
    ['in no configuration', { 'package.json': { name: 'x' } }, null],
    ['in nothing at all', {}, null],
  ])('finds it %s', async (_where, files, binary) => {
    const directory = await project(files)
    expect(resolve({ preset: 'electron' }, directory)).toMatchObject({
      app: 'electron',
      binary: binary === null ? null : join(directory, binary),
    })
  })

  test.skipIf(process.platform === 'win32')('guesses at none of several', async () => {
    const directory = await project({
      'package.json': { build: { extraResources: ['bin'] } },
      'bin/api': '',
      'bin/search': '',
    })
    expect(problemsOf({ preset: 'electron' }, directory)).toEqual([
      "binary: package.json takes several programs along, bin/api, bin/search: name the sidecar's",
    ])
    expect(resolve({ preset: 'electron', binary: 'bin/api' }, directory)).toMatchObject({ name: 'api' })
  })

  test.each([
    ['{', /^preset: electron-builder.json cannot be read as JSON: \S/],
    [
      '{"extraFiles":5}',
      /^preset: what electron-builder.json has of extraResources, extraFiles or asarUnpack is none/,
    ],
  ])('says so of %s', async (content, said) => {
    expect(
      problemsOf({ preset: 'electron' }, await project({ 'electron-builder.json': content }))[0],
    ).toMatch(said)
  })
})
