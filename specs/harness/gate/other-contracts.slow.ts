import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import type { Outcome } from '../../../harness/gate/verdict.ts'
import { selectHost } from '../../../harness/host/index.ts'

/* The whole gate on sound servers that are nothing like the reference backend: what cannot be promised is skipped. */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'other-contracts-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** What did not pass, by its outcome: what is skipped, with its reason. */
async function judge(name: string, source: string, contract: ContractInput): Promise<Record<string, string>> {
  const file = join(directory, name)
  await writeFile(file, `#!${process.execPath}\n${source}\n`)
  await chmod(file, 0o755)
  const { levels, ...rest } = contract
  // A script has no triple, and none of these watches its parent.
  const sound = { 'artifact/triple-name': 'may', 'stop/parent-death': 'may', ...levels } as const
  const resolved = resolveContract(
    { budgets: { soonMs: 2_000 }, ...rest, levels: sound },
    { file: null, directory },
  )
  const { verdict } = await runGate({ resolved, file, host: selectHost() })
  const told = (outcome: Outcome, reason: string | null, observed: string | null) =>
    outcome === 'skipped' ? `${reason}` : `${outcome}: ${observed}`
  return Object.fromEntries(
    verdict.clauses
      .filter(({ outcome }) => outcome !== 'pass')
      .map(({ id, outcome, reason, observed }) => [id, told(outcome, reason, observed)]),
  )
}

const NO_HTTP = 'the contract promises no answer by HTTP'

/** What is judged by requests alone. */
const BY_HTTP = {
  'health/schema': NO_HTTP,
  'health/identity': NO_HTTP,
  'health/clock': NO_HTTP,
  'health/uptime': NO_HTTP,
  'health/concurrent': NO_HTTP,
  'health/latency': NO_HTTP,
  'health/unknown-path': NO_HTTP,
  'health/malformed-requests': NO_HTTP,
  'health/idle-connections': NO_HTTP,
  'stop/idle-connections': NO_HTTP,
  'stop/in-flight': NO_HTTP,
  'resources/no-descriptor-leak': NO_HTTP,
  'resources/no-memory-leak': NO_HTTP,
}

const REQUESTED = { 'stop/requested': 'the contract names no way of stopping beside signals (stop.requests)' }

/** Ends on both signals, and on a port that it cannot have. */
const ECHO = `
  const { createServer } = require('node:net')
  const open = new Set()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {}).pipe(socket)
  })
  const stop = () => {
    server.close(() => process.exit(0))
    for (const socket of open) socket.destroy()
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop)
  server.on('error', error => { console.error(error.message); process.exit(1) })
  const text = process.argv[2] ?? process.env.PORT ?? '0'
  const port = /^\\d+$/.test(text) ? Number(text) : 70000
  if (port > 65535) { console.error(text + ' is no port'); process.exit(1) }
  console.error('starting')
`

test('a server that says nothing and speaks no HTTP is found by the kernel, and asked for connections', async () => {
  const contract: ContractInput = {
    announce: 'listener',
    health: 'tcp',
    args: ['{port}'],
    port: { unasked: 'chosen' },
  }
  const nothing = 'it announces nothing: the contract has the kernel tell where it listens'

  expect(await judge('echo', `${ECHO} server.listen(port, '127.0.0.1')`, contract)).toEqual({
    ...BY_HTTP,
    ...REQUESTED,
    'announce/on-stdout': nothing,
    'announce/once': nothing,
    'announce/well-formed': nothing,
    'announce/listening-first': nothing,
    'announce/own-port': nothing,
    'announce/flushed': nothing,
    'port/dynamic-by-default': 'its app, and here the harness, chooses its port',
    'stop/repeated-signal': expect.stringMatching(/^it had exited before a second signal/),
  })
})

test('a plugin that serves on a socket of the file system has no port that could be taken', async () => {
  const path = "require('node:path').join(process.env.TMPDIR ?? '/tmp', 'plugin-' + process.pid + '.sock')"
  const program = `${ECHO} const path = ${path}
    server.listen(path, () => console.log('1|1|unix|' + path + '|grpc'))`
  const unasked = 'the contract has no way to ask it for a port'

  expect(await judge('plugin', program, { announce: 'go-plugin', health: 'tcp', port: false })).toEqual({
    ...BY_HTTP,
    ...REQUESTED,
    'announce/own-port': 'it announced a socket of the file system, and no port',
    'port/explicit': unasked,
    'port/taken': unasked,
    'port/invalid': unasked,
    'stop/frees-port': 'it had no port: it serves on a socket of the file system',
    'stop/repeated-signal': expect.stringMatching(/^it had exited before a second signal/),
  })
})

test('a sidecar that is stopped by a line on its stdin, and by nothing else, is judged by that', async () => {
  const program = `${ECHO}
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT')
    require('node:readline').createInterface({ input: process.stdin }).on('line', line => line === 'quit' && stop())
    server.listen(port, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))`
  const contract: ContractInput = { health: false, stop: { signals: [], requests: [{ line: 'quit' }] } }
  const noSignal = 'the contract has it stopped by no signal'

  const told = await judge('quits', program, contract)
  expect(told).toMatchObject({
    'health/ready-at-announcement': 'the contract promises no answer',
    'stop/silent-connections': noSignal,
    'stop/during-startup': noSignal,
  })
  const broken = Object.entries(told).filter(([, what]) => /^(fail|warn|blocked|waived):/.test(what))
  expect(broken).toEqual([])
})
