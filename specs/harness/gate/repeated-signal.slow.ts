import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import type { Host } from '../../../harness/host/host.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { readMarker, readProcess } from '../../../harness/host/linux-processes.ts'

const SLOW_MS = 400

/** Each of its handlers serves once: it answers what is under way, and a second signal kills it meanwhile. */
const SERVES_ONCE = `
  let underWay = 0
  const server = require('node:http').createServer((request, response) => {
    underWay++
    response.on('close', () => underWay--)
    setTimeout(() => response.end('{"status":"ok"}'), request.url === '/slow' ? ${SLOW_MS} : 0)
  })
  const stop = () => {
    server.close()
    setInterval(() => underWay === 0 && process.exit(0), 10)
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop)
  server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))
`

/** And a second signal changes nothing. */
const SERVES_ALWAYS = SERVES_ONCE.replace('process.once', 'process.on')

let directory: string
let programs = 0
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'repeated-signal-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** What is said of a second signal to a Node program, and in how many lives it was tried. */
async function judge(source: string, host: Host): Promise<{ outcome: string | undefined; lives: number }> {
  const file = join(directory, `program-${++programs}`)
  await writeFile(file, `#!${process.execPath}\n${source}\n`)
  await chmod(file, 0o755)
  const resolved = resolveContract({ stop: { slowPath: '/slow' } }, { file: null, directory })
  const { verdict, recording } = await runGate({ resolved, file, host, clauses: ['stop/repeated-signal'] })
  const lives = recording.evidence.lives.filter(({ scenario }) => scenario === 'repeated-signal').length
  return { outcome: verdict.clauses.find(({ id }) => id === 'stop/repeated-signal')?.outcome, lives }
}

/** A machine that keeps the harness for so long, after the first signal to some lives, that the slow answer is over. */
function stallsAfterSignalsTo(lives: readonly string[]): Host {
  const host = selectHost()
  const stalled = new Set<number>()
  const stallAfter =
    (send: Host['signal']): Host['signal'] =>
    (pid, signal) => {
      const leader = readProcess(pid)
      const marker = leader === undefined ? '' : (readMarker(leader) ?? '')
      const wasSent = send(pid, signal)
      if (lives.some(id => marker.endsWith(`.${id}`)) && !stalled.has(pid)) {
        stalled.add(pid)
        const endMs = performance.now() + 2 * SLOW_MS
        while (performance.now() < endMs);
      }
      return wasSent
    }
  return { ...host, signal: stallAfter(host.signal), signalGroup: stallAfter(host.signalGroup) }
}

describe.skipIf(process.platform !== 'linux')('a second signal', { timeout: 60_000 }, () => {
  test('is sent to a sidecar that is still busy, in one life for each pair of signals', async () => {
    expect(await judge(SERVES_ONCE, selectHost())).toEqual({ outcome: 'warn', lives: 3 })
    expect(await judge(SERVES_ALWAYS, selectHost())).toEqual({ outcome: 'pass', lives: 3 })
  })

  test('that came too late is sent again in another life', async () => {
    const host = stallsAfterSignalsTo(['repeated-signal.1', 'repeated-signal.4', 'repeated-signal.3'])
    expect(await judge(SERVES_ONCE, host)).toEqual({ outcome: 'warn', lives: 5 })
  })

  test('that always comes too late is not sent for ever', async () => {
    const quick = SERVES_ALWAYS.replace(`? ${SLOW_MS}`, '? 50')
    expect((await judge(quick, selectHost())).lives).toBeLessThanOrEqual(5)
  })
})
