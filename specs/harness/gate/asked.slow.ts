import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { type GateResult, runGate } from '../../../harness/gate/gate.ts'
import type { Host } from '../../../harness/host/host.ts'
import { selectHost } from '../../../harness/host/index.ts'
import type { EventOf } from '../../../harness/recording/recording.ts'

/** It says nothing on stderr, closes its port on SIGINT, ignores SIGTERM, and is kept up by a timer in either case. */
const HANGS = `#!${process.execPath}
const { createServer } = require('node:http')
const server = createServer((_request, response) => {
  const health = { status: 'ok', app: 'quiet', timestamp: new Date().toISOString(), uptime: process.uptime() }
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(health))
})
process.on('SIGTERM', () => {}).on('SIGINT', () => server.close())
setInterval(() => {}, 1_000)
server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))
`

/** Where an answer of the runtime's, its listener or its words on stderr could make a difference. */
const CLAUSES: readonly ClauseId[] = [
  'start/no-litter',
  'net/loopback-only',
  'net/no-other-listeners',
  'logs/stdout-machine-only',
  'logs/on-stderr',
  'logs/plain-stderr',
  'stop/sigterm',
  'stop/sigint',
  'stop/idle-connections',
  'stop/frees-port',
  'stop/no-orphans',
  'fleet/independent-stop',
  'fleet/clean-exit',
  'resources/no-descriptor-leak',
]

function judge(file: string, host: Host = selectHost()): Promise<GateResult> {
  const contract = { budgets: { graceMs: 300 } }
  const resolved = resolveContract(contract, { file: null, directory: '/' })
  return runGate({ resolved, file, host, clauses: CLAUSES })
}

function answersIn({ recording }: GateResult): EventOf<'runtime-state'>[] {
  return recording.evidence.lives
    .flatMap(({ events }) => events)
    .filter(event => event.type === 'runtime-state')
}

const told = ({ verdict }: GateResult) => verdict.clauses.map(({ id, outcome }) => ({ id, outcome }))

test('what its runtime is asked changes no outcome of any clause', { timeout: 60_000 }, async ({ skip }) => {
  skip(process.platform !== 'linux', 'only /proc tells who catches SIGUSR1')
  const directory = await mkdtemp(join(tmpdir(), 'asked-'))
  const file = join(directory, 'quiet')
  await writeFile(file, HANGS)
  await chmod(file, 0o755)
  try {
    const asked = await judge(file)
    // Nobody is asked of whom it is not known what he runs.
    const unasked = await judge(file, { ...selectHost(), executableOf: () => null })

    expect(answersIn(asked).map(({ problem }) => problem)).toContain(null)
    expect(answersIn(unasked)).toEqual([])
    expect(told(asked)).toEqual(told(unasked))
    expect(asked.verdict.clauses.find(({ id }) => id === 'logs/on-stderr')?.outcome).toBe('warn')
    const why = asked.verdict.clauses.find(({ id }) => id === 'stop/sigint')?.diagnosis
    expect(why?.id).toBe('timer-never-cleared')
  } finally {
    await rm(directory, { recursive: true })
  }
})
