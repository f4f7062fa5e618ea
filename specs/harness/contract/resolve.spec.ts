import { describe, expect, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import type { Contract } from '../../../harness/contract/contract.ts'
import { defineContract } from '../../../harness/contract/define.ts'
import type { BuildInput, ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'

const resolve = (input: ContractInput) =>
  resolveContract(input, { file: '/app/sidecar.config.ts', directory: '/app' })

/** The reference backend's promises: CONTRACT.md's defaults. */
const DEFAULT = {
  name: 'sidecar',
  file: '/app/sidecar.config.ts',
  app: null,
  binary: null,
  build: null,
  files: [],
  libcFloor: null,
  macosFloor: null,
  targets: [],
  args: [],
  env: {},
  cwd: null,
  port: { kind: 'variable', name: 'PORT', unasked: 'nothing' },
  announce: { pattern: { kind: 'template', template: 'BACKEND_PORT:{port}' }, on: { kind: 'stdout' } },
  health: {
    kind: 'http',
    secure: null,
    headers: {},
    hasSchema: true,
    path: '/health',
    status: 200,
    app: null,
    version: null,
    timestamp: 'timestamp',
    uptime: 'uptime',
    burst: 24,
  },
  net: { ports: [], origins: [] },
  stop: {
    signals: ['SIGTERM', 'SIGINT'],
    requests: [],
    accept: { SIGTERM: [0], SIGINT: [0], SIGHUP: [0], requested: [0] },
    slowPath: null,
  },
  logs: { stdout: [] },
  fleet: { instances: 3, restarts: 10 },
  resources: { requests: 500, idleMs: 2_000 },
  budgets: {
    readyMs: 10_000,
    graceMs: 10_000,
    soonMs: 5_000,
    latencyMs: 100,
    sizeBytes: 200 * 1024 * 1024,
    memoryBytes: 300 * 1024 * 1024,
    memoryCapBytes: null,
    processes: 32,
    idleCpuPercent: 5,
  },
  levels: {},
  waive: {},
}

describe('a contract', () => {
  test('that says nothing promises what the reference backend does', () => {
    expect(resolve({}).contract).toEqual(DEFAULT)
  })

  test('that leaves parts of its parts out keeps the defaults of those', () => {
    const given: ContractInput = {
      health: { status: 204 },
      net: { ports: [9229] },
      stop: { accept: { SIGINT: [0, 130, 'SIGINT'] } },
      fleet: { restarts: 3 },
      resources: { idleMs: 500 },
      budgets: { graceMs: 500 },
    }
    expect(resolve(given).contract).toEqual({
      ...DEFAULT,
      health: { ...DEFAULT.health, status: 204 },
      net: { ports: [9229], origins: [] },
      stop: { ...DEFAULT.stop, accept: { ...DEFAULT.stop.accept, SIGINT: [0, 130, 'SIGINT'] } },
      fleet: { instances: 3, restarts: 3 },
      resources: { requests: 500, idleMs: 500 },
      budgets: { ...DEFAULT.budgets, graceMs: 500 },
    })
  })

  test('that says everything is taken at its word', () => {
    const given: ContractInput = {
      name: 'notes',
      app: 'tauri',
      binary: '/bin/notes',
      targets: ['x86_64-unknown-linux-gnu'],
      build: { by: 'pkg', entry: '/src/main.ts' },
      files: ['models/small.bin'],
      libcFloor: 'glibc 2.31',
      macosFloor: '11.0',
      args: ['--serve'],
      env: { NOTES: 'on' },
      announce: 'PORT={port}',
      port: { args: ['--port', '{port}'] },
      health: {
        path: '/up',
        status: 201,
        app: 'notes',
        version: '1.2.3',
        timestamp: false,
        uptime: 'up',
        burst: 5,
      },
      net: { ports: [0, 9229], origins: ['tauri://localhost'] },
      stop: {
        signals: ['SIGINT', 'SIGTERM'],
        requests: [{ http: 'POST /quit' }, { line: 'quit' }, { stdin: 'closed' }],
        accept: { SIGTERM: [1], SIGINT: [2], SIGHUP: ['SIGHUP'], requested: [3] },
        slowPath: '/export',
      },
      logs: { stdout: [/^ok/i] },
      fleet: { instances: 7, restarts: 2 },
      resources: { requests: 50, idleMs: 200 },
      budgets: {
        readyMs: 1,
        graceMs: 2,
        soonMs: 3,
        latencyMs: 4,
        sizeBytes: 5,
        memoryBytes: 6,
        memoryCapBytes: 8,
        processes: 7,
        idleCpuPercent: 0.5,
      },
      levels: { 'stop/hangup': 'must' },
      waive: { 'net/loopback-only': 'the phone app connects over the LAN' },
    }
    expect(resolve(given).contract).toEqual({
      ...given,
      file: '/app/sidecar.config.ts',
      cwd: null,
      announce: { pattern: { kind: 'template', template: 'PORT={port}' }, on: { kind: 'stdout' } },
      port: { kind: 'arguments', args: ['--port', '{port}'], unasked: 'nothing' },
      health: {
        ...(given.health as object),
        kind: 'http',
        secure: null,
        headers: {},
        hasSchema: true,
        timestamp: null,
      },
      stop: {
        ...given.stop,
        requests: [
          { kind: 'http', method: 'POST', path: '/quit' },
          { kind: 'line', text: 'quit' },
          { kind: 'stdin-closed' },
        ],
      },
      logs: { stdout: [{ source: '^ok', flags: 'i' }] },
    })
  })

  test.each<[ContractInput['port'], Contract['port']]>([
    [{ variable: 'NOTES_PORT' }, { kind: 'variable', name: 'NOTES_PORT', unasked: 'nothing' }],
    [
      { args: ['--listen=127.0.0.1:{port}'] },
      { kind: 'arguments', args: ['--listen=127.0.0.1:{port}'], unasked: 'nothing' },
    ],
    [false, { kind: 'none', unasked: 'nothing' }],
    [
      { variable: 'P', unasked: 'zero' },
      { kind: 'variable', name: 'P', unasked: 'zero' },
    ],
    [
      { args: ['{port}'], unasked: 'chosen' },
      { kind: 'arguments', args: ['{port}'], unasked: 'chosen' },
    ],
  ])('that asks for a port by %j says how', (port, kept) => {
    expect(resolve({ port } as ContractInput).contract.port).toEqual(kept)
  })

  test.each<[ContractInput, Contract['port']]>([
    [{ args: ['--listen=127.0.0.1:{port}'] }, { kind: 'placeholder', unasked: 'zero' }],
    [{ env: { NOTES_URL: 'http://127.0.0.1:{port}/' } }, { kind: 'placeholder', unasked: 'zero' }],
    [
      { args: ['{port}'], port: { unasked: 'chosen' } },
      { kind: 'placeholder', unasked: 'chosen' },
    ],
    [{ setup: ['node', 'write-port.mjs', '{port}'] }, { kind: 'placeholder', unasked: 'zero' }],
    [
      { setup: () => {}, port: { unasked: 'chosen' } },
      { kind: 'placeholder', unasked: 'chosen' },
    ],
    [{ setup: () => {} }, { kind: 'variable', name: 'PORT', unasked: 'nothing' }],
    [{ args: ['{tmp}', '{home}'] }, { kind: 'variable', name: 'PORT', unasked: 'nothing' }],
  ])('%j is asked for a port by {port} where it has a place', (input, kept) => {
    expect(resolve(input).contract).toMatchObject({
      port: kept,
      args: input.args ?? [],
      env: input.env ?? {},
    })
  })

  test.each<[ContractInput['health'], Partial<Contract['health']>]>([
    ['tcp', { kind: 'tcp', secure: false, hasSchema: false, timestamp: null, uptime: null }],
    [false, { kind: 'none', secure: false, hasSchema: false, timestamp: null, uptime: null }],
    [{ schema: false }, { kind: 'http', hasSchema: false, timestamp: null, uptime: null }],
    [
      { schema: false, uptime: 'up' },
      { hasSchema: false, timestamp: null, uptime: 'up' },
    ],
    [{ protocol: 'https' }, { secure: true, hasSchema: true }],
    [{ protocol: 'http' }, { secure: false }],
    [{ headers: { authorization: 'Basic x' } }, { secure: null, headers: { authorization: 'Basic x' } }],
  ])('whose health is %j knows what to expect of it', (health, kept) => {
    expect(resolve({ health } as ContractInput).contract.health).toMatchObject(kept)
  })

  test('keeps its working directory as it is written: a life fills it in', () => {
    expect(resolve({ cwd: '{home}/work' }).contract.cwd).toBe('{home}/work')
  })

  test('hands on what prepares a life, which is no data', () => {
    const setup = () => {}
    expect(resolve({ setup }).setup).toBe(setup)
    expect(resolve({ setup: ['node', 'prepare.mjs'] }).setup).toEqual(['node', 'prepare.mjs'])
    expect(resolve({}).setup).toBeNull()
  })

  test('leaves out what is there and undefined, as a spread of options makes it', () => {
    const spread = {
      budgets: { readyMs: undefined },
      fleet: { instances: undefined },
      net: { ports: undefined },
      levels: { 'stop/hangup': undefined },
      waive: { 'stop/sigint': undefined },
    }
    expect(resolve(spread as unknown as ContractInput).contract).toStrictEqual(resolve({}).contract)
  })

  test('keeps a RegExp as data', () => {
    expect(resolve({ announce: /^p=(?<port>\d+)$/gi }).contract.announce).toEqual({
      pattern: { kind: 'regexp', source: '^p=(?<port>\\d+)$', flags: 'gi' },
      on: { kind: 'stdout' },
    })
  })

  test('finds its paths from the directory of its file', () => {
    const { contract } = resolve({ binary: 'src-tauri/binaries/backend', build: { entry: '../api/main.ts' } })
    expect(contract).toMatchObject({
      name: 'backend',
      binary: '/app/src-tauri/binaries/backend',
      build: { by: 'pkg', entry: '/api/main.ts' },
    })
  })

  test.for<[build: BuildInput, plan: object]>([
    [{ by: 'go' }, { package: '.', directory: '/app' }],
    [
      { by: 'go', package: './cmd/notes' },
      { package: '.', directory: '/app/cmd/notes' },
    ],
    [
      { by: 'go', package: '../notes' },
      { package: '.', directory: '/notes' },
    ],
    [
      { by: 'go', package: 'example.com/notes' },
      { package: 'example.com/notes', directory: '/app' },
    ],
    [{ by: 'cargo' }, { bin: null, manifest: null, profile: 'release', directory: '/app' }],
    [
      { by: 'cargo', bin: 'notes', manifest: 'notes/Cargo.toml', profile: 'dist' },
      { bin: 'notes', manifest: '/app/notes/Cargo.toml', profile: 'dist', directory: '/app/notes' },
    ],
    [
      { by: 'command', run: ['make', 'out/notes'], output: 'out/notes' },
      { run: ['make', 'out/notes'], output: '/app/out/notes', directory: '/app' },
    ],
    [
      { by: 'command', run: ['cc', '{output}'] },
      { run: ['cc', '{output}'], output: null, directory: '/app' },
    ],
  ])('runs a compiler where its sources are: %o', ([build, plan]) => {
    const { contract } = resolve({ binary: 'notes', build })
    expect(contract.build).toEqual({ by: build.by, ...plan })
  })

  test('is plain data', () => {
    const { contract } = resolve({ announce: /(?<port>\d+)/, logs: { stdout: [/a/] } })
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract)
  })

  test('puts the directory of its file in the place of {here}, and reads a working directory from there', () => {
    const { contract, setup } = resolve({
      args: ['--config={here}/server.conf', '{tmp}'],
      env: { DATA: '{here}/data' },
      cwd: 'data',
      port: { args: ['--listen={here}:{port}'] },
      setup: ['sh', '{here}/prepare.sh', '{tmp}'],
      announce: { file: '{here}/run/port' },
    })

    expect(contract).toMatchObject({
      args: ['--config=/app/server.conf', '{tmp}'],
      env: { DATA: '/app/data' },
      cwd: '/app/data',
      port: { args: ['--listen=/app:{port}'] },
      announce: { on: { kind: 'file', path: '/app/run/port' } },
    })
    expect(setup).toEqual(['sh', '/app/prepare.sh', '{tmp}'])
    for (const cwd of ['{tmp}/work', '{home}', '/srv']) expect(resolve({ cwd }).contract.cwd).toBe(cwd)
  })

  test.each<[ContractInput, object]>([
    [{ setup: ['sh', 'configure.sh', '{port}'] }, { kind: 'placeholder', unasked: 'zero' }],
    [
      { setup: ['sh', 'configure.sh', '{port}'], port: { unasked: 'chosen' } },
      { kind: 'placeholder', unasked: 'chosen' },
    ],
    [
      { setup: () => {}, port: { unasked: 'chosen' } },
      { kind: 'placeholder', unasked: 'chosen' },
    ],
    [
      { setup: ['sh', '{port}'], port: { variable: 'P' } },
      { kind: 'variable', name: 'P', unasked: 'nothing' },
    ],
    [{ setup: () => {} }, { kind: 'variable', name: 'PORT', unasked: 'nothing' }],
    [
      { preset: 'plain', setup: ['sh', '{port}'] },
      { kind: 'placeholder', unasked: 'chosen' },
    ],
  ])('asks for a port through what prepares a life: %j', (input, port) => {
    expect(resolve(input).contract.port).toEqual(port)
  })

  test('is given back by defineContract as it was written', () => {
    const input = { name: 'x' }
    expect(defineContract(input)).toBe(input)
  })
})

describe('the validator of a health body', () => {
  const good = { status: 'ok', app: 'backend', timestamp: '2026-01-01T00:00:00.000Z', uptime: 0.1 }
  const judge = async (body: unknown) => {
    const { issues = [] } = await resolve({}).healthSchema['~standard'].validate(body)
    return issues.map(({ path = [] }) => path.join('.'))
  }

  test('accepts the reference backend, and whatever else stands beside', async () => {
    expect(await judge(good)).toEqual([])
    expect(await judge({ ...good, version: '1.2.3' })).toEqual([])
    expect(await judge({ ...good, timestamp: '2026-01-01T00:00:00.000000+00:00' })).toEqual([])
  })

  test.each([
    ['status', 'up'],
    ['app', ''],
    ['timestamp', '2026-01-01'],
    ['timestamp', '2026-01-01T00:00:00+02:00'],
    ['timestamp', 1_767_225_600],
    ['uptime', -1],
    ['uptime', '3'],
    ['uptime', undefined],
  ])('refuses %s %j', async (key, value) => {
    expect(await judge({ ...good, [key]: value })).toEqual([key])
  })

  test('is the one that the contract brings', () => {
    const schema = { '~standard': { validate: () => ({ issues: [] }) } }
    expect(resolve({ health: { schema } }).healthSchema).toBe(schema)
  })
})

test('every clause has an id of its group, a level and a promise in a sentence', () => {
  for (const id of CLAUSE_IDS) {
    expect(id).toMatch(/^[a-z]+\/[a-z0-9-]+$/)
    expect(['must', 'should', 'may']).toContain(CATALOGUE[id].level)
    expect(CATALOGUE[id].promise).toMatch(/^\S.*\.$/)
  }
})
