import { describe, expect, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { defineContract, resolveContract } from '../../../harness/contract/resolve.ts'
import type { ContractInput } from '../../../harness/contract/schema.ts'

const resolve = (input: ContractInput) =>
  resolveContract(input, { file: '/app/sidecar.config.ts', directory: '/app' })

/** The reference backend's promises: CONTRACT.md's defaults. */
const DEFAULT = {
  name: 'sidecar',
  file: '/app/sidecar.config.ts',
  binary: null,
  build: null,
  args: [],
  env: {},
  announce: { kind: 'template', template: 'BACKEND_PORT:{port}' },
  health: { path: '/health', status: 200 },
  stop: { signals: ['SIGTERM', 'SIGINT'], accept: { SIGTERM: [0], SIGINT: [0] } },
  logs: { stdout: [] },
  fleet: { instances: 3 },
  budgets: { readyMs: 10_000, graceMs: 10_000 },
}

describe('a contract', () => {
  test('that says nothing promises what the reference backend does', () => {
    expect(resolve({}).contract).toEqual(DEFAULT)
  })

  test('that leaves parts of its parts out keeps the defaults of those', () => {
    const given = {
      health: { status: 204 },
      stop: { accept: { SIGINT: [0, 130, 'SIGINT' as const] } },
      budgets: { graceMs: 500 },
    }
    expect(resolve(given).contract).toEqual({
      ...DEFAULT,
      health: { path: '/health', status: 204 },
      stop: { signals: ['SIGTERM', 'SIGINT'], accept: { SIGTERM: [0], SIGINT: [0, 130, 'SIGINT'] } },
      budgets: { readyMs: 10_000, graceMs: 500 },
    })
  })

  test('that says everything is taken at its word', () => {
    const given = {
      name: 'notes',
      binary: '/bin/notes',
      build: { entry: '/src/main.ts' },
      args: ['--serve'],
      env: { NOTES: 'on' },
      announce: 'PORT={port}',
      health: { path: '/up', status: 201 },
      stop: { signals: ['SIGINT' as const, 'SIGTERM' as const], accept: { SIGTERM: [1], SIGINT: [2] } },
      logs: { stdout: [/^ok/i] },
      fleet: { instances: 7 },
      budgets: { readyMs: 1, graceMs: 2 },
    }
    expect(resolve(given).contract).toEqual({
      ...given,
      file: '/app/sidecar.config.ts',
      announce: { kind: 'template', template: 'PORT={port}' },
      logs: { stdout: [{ source: '^ok', flags: 'i' }] },
    })
  })

  test('keeps a RegExp as data', () => {
    expect(resolve({ announce: /^p=(?<port>\d+)$/gi }).contract.announce).toEqual({
      kind: 'regexp',
      source: '^p=(?<port>\\d+)$',
      flags: 'gi',
    })
  })

  test('finds its paths from the directory of its file', () => {
    const { contract } = resolve({ binary: 'src-tauri/binaries/backend', build: { entry: '../api/main.ts' } })
    expect(contract).toMatchObject({
      name: 'backend',
      binary: '/app/src-tauri/binaries/backend',
      build: { entry: '/api/main.ts' },
    })
  })

  test('is plain data', () => {
    const { contract } = resolve({ announce: /(?<port>\d+)/, logs: { stdout: [/a/] } })
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract)
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
