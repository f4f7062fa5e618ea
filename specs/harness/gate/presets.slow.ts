import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeShebang } from '../../../fixtures/shebang.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import { selectHost } from '../../../harness/host/index.ts'

/* Programs that were not written to be sidecars, judged by the presets that are made for such. */

const SHEBANG = nodeShebang(process.execPath)

/** A port of its own unless it is told another one, coloured greetings and an access log on stdout, no signal handler. */
const SERVER = `${SHEBANG}
console.log('\\x1b[32mWelcome\\x1b[0m')
require('node:http').createServer((request, response) => {
  console.log(request.method + ' ' + request.url)
  response.writeHead(request.url === '/' ? 200 : 404).end('<h1>hello</h1>')
}).listen(process.env.PORT ?? 8000, '127.0.0.1')
`

/** What the library of hashicorp/go-plugin does for a plugin: the cookie, the handshake, the ignored SIGINT. */
const PLUGIN = `${SHEBANG}
if (process.env.NOTES_PLUGIN !== 'cookie') {
  console.error('This binary is a plugin')
  process.exit(1)
}
process.on('SIGINT', () => {})
const server = require('node:net').createServer(socket => {
  socket.on('error', () => {}).on('data', () => socket.end())
})
const path = require('node:fs').mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'plugin')) + '/s'
server.listen(path, () => console.log('1|1|unix|' + path + '|grpc'))
`

// Less of what is done over and over: it is not these amounts that are judged here.
const AMOUNTS: ContractInput = {
  fleet: { instances: 2, restarts: 2 },
  resources: { requests: 20, idleMs: 200 },
}
// Some seconds, most of them deliberate waits, and many times that on a busy machine.
const GATE_MS = 120_000

let directory: string
let programs = 0
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'presets-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** The clauses that were broken, and those that were kept. */
async function judge(source: string, input: ContractInput) {
  const file = join(directory, `server-${++programs}`)
  await writeFile(file, source)
  await chmod(file, 0o755)
  const resolved = resolveContract({ ...AMOUNTS, ...input }, { file: null, directory })
  const { verdict } = await runGate({ resolved, file, host: selectHost() })
  const idsOf = (...outcomes: readonly string[]) =>
    verdict.clauses.filter(({ outcome }) => outcomes.includes(outcome)).map(({ id }) => id)
  return { broken: idsOf('fail', 'warn', 'blocked'), kept: idsOf('pass') }
}

describe('a program that knows nothing of us is sound', { timeout: GATE_MS }, () => {
  test('as a plain server', async () => {
    const { broken, kept } = await judge(SERVER, { preset: 'plain' })
    expect(broken).toEqual([])
    expect(kept).toEqual(
      expect.arrayContaining(['start/within-budget', 'port/explicit', 'stop/sigterm', 'fleet/restarts']),
    )
  })

  test.skipIf(process.platform === 'win32')(
    'as a plugin, but for what its library leaves to it',
    async () => {
      const { broken, kept } = await judge(PLUGIN, {
        preset: 'go-plugin',
        // In the life that is told nothing else, too: its socket would stay in everybody's directory.
        env: { NOTES_PLUGIN: 'cookie', TMPDIR: '{tmp}' },
      })
      expect(broken).toEqual(['stop/parent-death'])
      expect(kept).toEqual(expect.arrayContaining(['announce/once', 'stop/sigterm', 'fleet/clean-exit']))
    },
  )
})

test('a plain server without its preset is not', { timeout: GATE_MS }, async () => {
  const { broken } = await judge(SERVER, { budgets: { readyMs: 1500 } })
  expect(broken).toContain('announce/flushed')
})
