import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { nodeShebang } from '../../../fixtures/shebang.ts'
import { loadContracts } from '../../../harness/contract/load.ts'
import { checkBody } from '../../../harness/life/body.ts'
import { RECORDING_SCHEMA } from '../../../harness/recording/archive.ts'
import { type Place, test } from '../cli/command.ts'
import { until } from '../life/until.ts'
import { endure } from './ordeal.ts'

/* Every wait has a deadline: each command, where what it waits for never comes. */

/** What a command needs beside its waits, on a machine that is very busy: elsewhere half a second. What hangs does for ever. */
const COMMAND_MS = 20_000
const READY_MS = 400
const GRACE_MS = 300
/** One who never becomes ready is waited for three times as long, asked otherwise, asked why, and told to stop. */
const HOPELESS_MS = 24_000

const BUDGETS = { readyMs: READY_MS, graceMs: GRACE_MS, soonMs: GRACE_MS }

/** Sidecars that never do one thing. The native shell sleeps: each ends with its group. */
const SIDECARS = {
  'never announces itself': '#!/bin/sh\nexec sleep 60\n',
  'never takes a connection': '#!/bin/sh\necho BACKEND_PORT:1\nexec sleep 60\n',
  'never answers': node(`require('node:net').createServer(() => {}).listen(0, '127.0.0.1', function () {
    console.log('BACKEND_PORT:' + this.address().port) })`),
  'never ends': node(`process.on('SIGTERM', () => {}).on('SIGINT', () => {})
    require('node:http').createServer((_, answer) => answer.end('{}')).listen(0, '127.0.0.1', function () {
    console.log('BACKEND_PORT:' + this.address().port) })`),
  'leaves its pipes to another, for ever': '#!/bin/sh\nsetsid sh -c \'trap "" TERM; sleep 60\' &\nexit 1\n',
} as const

const PACKAGE = '{ "name": "project", "devDependencies": { "vitest": "^5.0.0" } }'
/** What a project is known by. */
const PROJECT_FILES = [
  'package.json',
  'tsconfig.json',
  'yarn.lock',
  'sidecar.config.ts',
  'specs',
  '.github',
  '.git/config',
  '.git/HEAD',
  'src-tauri/tauri.conf.json',
  'electron-builder.yml',
] as const

const GIBIBYTE = 1024 ** 3

function node(source: string): string {
  return `${nodeShebang(process.execPath)}\n${source}\n`
}

async function contract(place: Place, more: object = {}): Promise<readonly string[]> {
  return ['--config', await place.write('contract.json', JSON.stringify({ budgets: BUDGETS, ...more }))]
}

function pipe(place: Place, name: string): string {
  const path = join(place.directory, name)
  execFileSync('mkfifo', [path])
  return path
}

describe.skipIf(process.platform === 'win32').concurrent('a sidecar that', () => {
  test.for(Object.entries(SIDECARS))('%s: check and debug end, with 1', async ([, program], { place }) => {
    const file = await place.write('sidecar', program, 0o755)
    const config = await contract(place)
    const only = ['--only', 'start/within-budget,health/ready-at-announcement,stop/sigterm']

    const [checked, debugged] = await Promise.all([
      endureBeside(place, ['check', file, ...config, ...only]),
      endureBeside(place, ['debug', file, ...config, '--once', '--watch', '0']),
    ])

    expect([checked, debugged]).toEqual([1, 1])
    expect(place.alive()).toEqual([])
    expect(place.leftovers()).toEqual([])
  })

  test('announces itself in a file that is a pipe: it is not waited for longer', async ({ place }) => {
    const program = '#!/bin/sh\nmkfifo "$TMPDIR/port"\nexec sleep 60\n'
    const file = await place.write('sidecar', program, 0o755)
    const config = await contract(place, { announce: { file: '{tmp}/port' } })

    const args = ['check', file, ...config, '--only', 'start/within-budget']
    expect((await endure(place, args, HOPELESS_MS)).code).toBe(1)
  })
})

describe.skipIf(process.platform === 'win32').concurrent('a setup', () => {
  test.for([
    ['that ignores SIGTERM', ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'], 'took longer than'],
    ['whose child holds its output', ['sh', '-c', 'sleep 60 & exit 0'], 'holds its output open'],
  ] as const)('%s has its time, and no longer', async ([, setup, says], { place }) => {
    const file = await place.write('sidecar', '#!/bin/sh\n', 0o755)
    const args = ['check', file, ...(await contract(place, { setup })), '--only', 'start/within-budget']

    const { code, stderr } = await endure(place, args, COMMAND_MS + READY_MS)

    expect(stderr).toContain(says)
    expect(code).toBe(2)
  })

  test('that is a function and never comes back has its time, and no longer', async ({ place }) => {
    const file = await place.write('sidecar', '#!/bin/sh\n', 0o755)
    const config = await place.write(
      'contract.mjs',
      `export default { budgets: ${JSON.stringify(BUDGETS)}, setup: () => new Promise(() => setInterval(() => {}, 1000)) }`,
    )
    const args = ['check', file, '--config', config, '--only', 'start/within-budget']
    const { code, stderr } = await endure(place, args, COMMAND_MS + READY_MS)
    expect(stderr).toContain('took longer than')
    expect(code).toBe(2)
  })
})

describe.concurrent('a contract', () => {
  test('whose module waits for nothing that could come is told of at once', async ({ place }) => {
    const config = await place.write('contract.mjs', 'await new Promise(() => {})\nexport default {}\n')
    const { code, stderr } = await endure(place, ['check', '--config', config], COMMAND_MS)
    expect(stderr).toContain('ended before there was a verdict')
    expect(code).toBe(3)
  })

  test('whose module waits on has its time, and no longer', async ({ place }) => {
    const config = await place.write(
      'contract.mjs',
      'await new Promise(done => setTimeout(done, 5_000))\nexport default {}\n',
    )
    await expect(loadContracts(config, 200)).rejects.toThrow('it is not loaded after 200 ms')
  })

  test('whose validator never comes to an end is waited for once', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'spec', validate: () => new Promise<never>(() => {}) },
    } as const
    const answer = {
      status: 200,
      headers: {},
      contentType: 'application/json',
      body: '{}',
      bodyBytes: 2,
    }
    const never = [`the contract's schema came to no end within 5000 ms`]
    expect(await checkBody(answer, schema)).toEqual(never)
    const since = performance.now()
    expect(await checkBody(answer, schema)).toEqual(never)
    expect(performance.now() - since).toBeLessThan(1_000)
  })
})

describe.skipIf(process.platform === 'win32').concurrent('a named pipe in the place of', () => {
  test.for(['contract.json', 'contract.mjs', 'contract.ts'])(
    'the contract %s is refused',
    async (name, { place }) => {
      const config = pipe(place, name)
      for (const command of ['check', 'build']) {
        const { code, stderr } = await endure(place, [command, '--config', config], COMMAND_MS)
        expect(stderr).toContain('no file')
        expect(code).toBe(2)
      }
    },
  )

  test('the binary is refused, by whatever door', async ({ place }) => {
    const binary = pipe(place, 'sidecar')
    const file = await place.write('other', SIDECARS['never announces itself'], 0o755)
    for (const args of [
      ['check', binary],
      ['debug', binary],
      ['compare', binary, file],
    ]) {
      const { code, stderr } = await endure(place, args, COMMAND_MS)
      expect(stderr).toContain('a named pipe')
      expect(code).toBe(2)
    }
  })

  test('what is to be built is refused', async ({ place }) => {
    pipe(place, 'main.ts')
    const config = await contract(place, { binary: 'out', build: { entry: 'main.ts' } })
    const { code } = await endure(place, ['build', ...config], COMMAND_MS)
    expect(code).toBe(2)
  })

  test('a recording is refused', async ({ place }) => {
    mkdirSync(join(place.directory, 'kept'))
    pipe(place, 'kept/recording.json')
    for (const args of [
      ['replay', 'kept'],
      ['compare', 'kept', 'kept'],
    ]) {
      expect((await endure(place, args, COMMAND_MS)).code).toBe(2)
    }
  })

  test.for(PROJECT_FILES)('%s keeps nobody who is to add to a project', async (name, { place }) => {
    mkdirSync(join(place.directory, '.git'))
    mkdirSync(join(place.directory, 'src-tauri'))
    if (name !== 'package.json') await place.write('package.json', PACKAGE)
    pipe(place, name)
    const { code } = await endure(place, ['init'], COMMAND_MS)
    expect([0, 2]).toContain(code)
  })
})

describe.skipIf(process.platform === 'win32').concurrent('a recording', () => {
  const RECORDING = { schema: RECORDING_SCHEMA, lives: ['a'] }
  const longer = (path: string) => {
    writeFileSync(path, '')
    truncateSync(path, GIBIBYTE)
  }
  const endless = (path: string) => symlinkSync('/dev/zero', path)

  test.for([
    ['recording.json', 'longer than any text', longer, 'it is 1024.0 MiB long'],
    ['recording.json', 'endless', endless, 'no file'],
    ['lives/a/streams.json', 'longer than any text', longer, 'it is 1024.0 MiB long'],
    ['lives/a/streams.json', 'endless', endless, 'no file'],
    ['lives/a/events.jsonl', 'longer than any text', longer, 'it is 1024.0 MiB long'],
    ['lives/a/events.jsonl', 'endless', endless, 'no file'],
  ] as const)('whose %s is %s is refused', async ([name, , make, says], { place }) => {
    const kept = join(place.directory, 'kept')
    mkdirSync(join(kept, 'lives/a'), { recursive: true })
    const streams = { id: 'a', stdout: { lines: [], flaws: [] }, stderr: { lines: [], flaws: [] } }
    if (name !== 'recording.json') await place.write('kept/recording.json', JSON.stringify(RECORDING))
    if (name === 'lives/a/events.jsonl')
      await place.write('kept/lives/a/streams.json', JSON.stringify(streams))
    make(join(kept, name))

    const { code, stderr } = await endure(place, ['replay', 'kept'], COMMAND_MS)

    expect(stderr).toContain(says)
    expect(code).toBe(2)
  })
})

describe.skipIf(process.platform === 'win32').concurrent('a bundler that never ends', () => {
  test('ends, and the build, when that is interrupted', async ({ place }) => {
    const env = { ESBUILD_BINARY_PATH: await place.write('esbuild', '#!/bin/sh\nexec sleep 60\n', 0o755) }
    await place.write('main.ts', '')
    await place.write('package.json', PACKAGE)
    const config = await contract(place, { binary: 'out', build: { entry: 'main.ts' } })
    const building = place.start(['build', ...config], { env })
    await until(() => place.alive().length > 1, 'the bundler runs')

    building.kill('SIGINT')

    expect((await building).exitCode).toBe(130)
    await until(() => place.alive().length === 0, 'nothing of it is alive')
  })
})

/** As endure, where another command runs in the same place. Comes back with the exit code. */
async function endureBeside(place: Place, args: readonly string[]): Promise<number | undefined> {
  const since = performance.now()
  const { exitCode, stdout, stderr } = await place.start(args)
  expect(performance.now() - since, `${stdout}\n${stderr}`).toBeLessThan(HOPELESS_MS)
  return exitCode
}
