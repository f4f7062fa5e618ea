import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { SERVERS, type Server } from '../../fixtures/third-party/servers.ts'
import { loadContract } from '../../harness/contract/load.ts'
import { findBinary } from '../../harness/gate/find-binary.ts'
import { runGate } from '../../harness/gate/gate.ts'
import type { ClauseResult } from '../../harness/gate/verdict.ts'
import { selectHost } from '../../harness/host/index.ts'

/* Servers of others, as far as they are installed here, each in the whole gate under nothing but its contract file. */

const DIRECTORY = join(import.meta.dirname, '../../fixtures/third-party')

/** Most take a quarter of a minute; one that waits for silent connections twice that, on a busy machine some more. */
const TIMEOUT_MS = 300_000

test.for(SERVERS)(
  '$name breaks what it is known to break, and nothing else',
  { timeout: TIMEOUT_MS },
  async (server, { skip }) => {
    // Their contracts name Unix paths, and the fixtures were looked at on Linux alone.
    if (process.platform !== 'linux') return skip('what is known of them was seen on Linux')
    const program = server.program === null ? null : resolve(DIRECTORY, server.program)
    if (program !== null && !existsSync(program))
      return skip(`there is no ${program}: see docs/third-party.md`)

    expect(await judge(server)).toEqual({ alarms: [], kept: [] })
  },
)

async function judge(server: Server) {
  const resolved = await loadContract(join(DIRECTORY, server.name, server.contract))
  const { file } = await findBinary(resolved.contract, undefined)
  const { verdict } = await runGate({ resolved, file, host: selectHost() })
  const failed = verdict.clauses.filter(({ outcome }) => outcome === 'fail')
  const warned = verdict.clauses.filter(({ outcome }) => outcome === 'warn')
  return {
    alarms: [...unknown(failed, server.knownToFail, server), ...unknown(warned, server.knownToWarn, server)],
    kept: [...kept(failed, server.knownToFail), ...kept(warned, server.knownToWarn)],
  }
}

function unknown(broken: readonly ClauseResult[], known: object, { nowAndThen }: Server): readonly string[] {
  return broken
    .filter(({ id }) => !(id in known) && !(id in nowAndThen))
    .map(({ id, expected, observed }) => `${id}: expected that ${expected}; observed: ${observed}`)
}

function kept(broken: readonly ClauseResult[], known: object): readonly string[] {
  return Object.keys(known).filter(id => !broken.some(clause => clause.id === id))
}
