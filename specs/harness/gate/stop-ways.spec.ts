import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import type { ClauseResult } from '../../../harness/gate/verdict.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { ANNOUNCE, HEALTHY_SERVER } from '../life/programs/servers.ts'

/* Ends that no faulty sidecar shows: of programs that are sound, or differ in what the catalogue's twin always does. */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stop-ways-'))
})
afterAll(() => rm(directory, { recursive: true }))

let programs = 0

/** What one clause says of a Node program. */
async function judge(
  id: ClauseId,
  source: string,
  stop: Record<string, unknown> = {},
): Promise<ClauseResult> {
  const file = join(directory, `program-${++programs}`)
  await writeFile(file, `#!${process.execPath}\n${source}\n`)
  await chmod(file, 0o755)
  const budgets = { graceMs: 3_000, soonMs: 1_000 }
  const resolved = resolveContract({ stop, budgets }, { file: null, directory })
  const { verdict } = await runGate({ resolved, file, host: selectHost(), clauses: [id] })
  const result = verdict.clauses.find(clause => clause.id === id)
  if (result === undefined) throw new Error(`${id} was not judged`)
  return result
}

const HEEDS_BOTH = `process.on('SIGINT', () => process.exit(0))`

describe('stop/requested', () => {
  test('closes stdin where the contract says that this ends it', async () => {
    const program = `${HEALTHY_SERVER}${ANNOUNCE}
      process.stdin.on('end', () => process.exit(0)).resume()`
    const { outcome, observed } = await judge('stop/requested', program, { requests: [{ stdin: 'closed' }] })

    expect(outcome).toBe('pass')
    expect(observed).toMatch(/^exit 0 [\d.]+ m?s after the end of its stdin$/)
  })

  test('does not mind that the answer is cut by the exit that it asked for', async () => {
    const program = `${HEALTHY_SERVER}${ANNOUNCE}
      server.prependListener('request', request => request.url === '/quit' && process.exit(0))`
    const { outcome } = await judge('stop/requested', program, { requests: [{ http: 'GET /quit' }] })

    expect(outcome).toBe('pass')
  })
})

test('stop/idle-connections is skipped for a server that keeps none alive', async () => {
  const program = `${HEALTHY_SERVER}${ANNOUNCE}${HEEDS_BOTH}
    server.prependListener('request', (request, response) => response.setHeader('Connection', 'close'))`

  expect(await judge('stop/idle-connections', program)).toMatchObject({
    outcome: 'skipped',
    reason: 'no connection could be held open: its answer closes the connection',
  })
})

describe('stop/in-flight', () => {
  test('blames a slow path that does not exist on the contract', async () => {
    const program = `${HEALTHY_SERVER}${ANNOUNCE}${HEEDS_BOTH}
      server.prependListener('request', (request, response) => {
        if (request.url !== '/health') response.statusCode = 404
      })`

    expect(await judge('stop/in-flight', program, { slowPath: '/slow' })).toMatchObject({
      outcome: 'fail',
      observed:
        'it was answered with 404: what the contract names as stop.slowPath is no path of this sidecar',
    })
  })

  test('asks for a slower one when that is answered before the signal', async () => {
    const program = `${HEALTHY_SERVER}${ANNOUNCE}${HEEDS_BOTH}`

    expect(await judge('stop/in-flight', program, { slowPath: '/health?slow' })).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(
        /^GET \/health\?slow was answered after .* name a slower stop\.slowPath$/,
      ),
    })
  })
})

describe('stop/repeated-signal', () => {
  /** It takes its time for what is not HTTP, and says so of the signal that it got first. */
  const slowToStop = (again: string) => `${HEALTHY_SERVER}${ANNOUNCE}
    process.removeAllListeners('SIGTERM')
    let stopping = false
    const stop = () => {
      if (stopping) ${again}
      stopping = true
      server.close()
      server.closeAllConnections()
      setTimeout(() => process.exit(0), 250)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)`

  test('is judged without a slow path, where the stop takes long enough', async () => {
    expect(await judge('stop/repeated-signal', slowToStop('return'))).toMatchObject({
      outcome: 'pass',
      observed: 'clean after SIGTERM and SIGTERM; SIGINT and SIGTERM; SIGINT and SIGINT',
    })
    expect(await judge('stop/repeated-signal', slowToStop('process.exit(1)'))).toMatchObject({
      outcome: 'warn',
      expected: expect.stringMatching(
        /^after SIGTERM, and SIGTERM 1\d\d ms later, with a connection open \(half a request head\), it exits/,
      ),
      observed: expect.stringContaining('it exited with code 1'),
    })
  })

  test('is skipped where it does not, after a single try and one Ctrl-C', async () => {
    expect(await judge('stop/repeated-signal', `${HEALTHY_SERVER}${ANNOUNCE}${HEEDS_BOTH}`)).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(
        /^it had exited before a second signal could be sent \([\d.]+ ms after the first\)$/,
      ),
      lives: ['repeated-signal.1', 'repeated-signal.3'],
    })
  })
})

describe('stop/parent-death', () => {
  test('is kept by a program that sees the end of its stdin, and by one that cannot write any more', async () => {
    const reads = `process.stdin.on('end', () => process.exit(0)).resume()`
    const writes = `setInterval(() => process.stderr.write('still here\\n'), 50)`
    for (const way of [reads, writes]) {
      expect(await judge('stop/parent-death', `${HEALTHY_SERVER}${ANNOUNCE}${way}`)).toMatchObject({
        outcome: 'pass',
        observed: expect.stringMatching(/^gone [\d.]+ ms after its parent$/),
      })
    }
  })

  test('is not judged where it does not start behind that parent', async () => {
    const program = `
      if (!process.env.PATH || require('node:fs').readlinkSync('/proc/self/fd/1').startsWith('socket:')) {
        console.error('stdout is no pipe')
        process.exit(1)
      }
      ${HEALTHY_SERVER}${ANNOUNCE}${HEEDS_BOTH}`

    expect(await judge('stop/parent-death', program)).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(
        /^launched by another parent, it did not become ready: .*"stdout is no pipe"$/,
      ),
    })
  })
})
