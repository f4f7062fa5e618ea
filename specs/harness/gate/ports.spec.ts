import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import type { ClauseResult } from '../../../harness/gate/verdict.ts'
import { selectHost } from '../../../harness/host/index.ts'

/* Servers on IPv4 alone, as their guides teach them: nothing of a port is refused that its own kernel gives away. */

const NODE = `#!${process.execPath}
const port = Number(process.argv.find(arg => arg.startsWith('--port='))?.slice('--port='.length) ?? 0)
const server = require('node:http').createServer((request, response) => response.end('ok'))
server.listen(port, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))
process.on('SIGTERM', () => process.exit(0))
`

const PYTHON = `#!/usr/bin/env python3
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "0"))), Handler)
print(f"BACKEND_PORT:{server.server_port}", flush=True)
server.serve_forever()
`

const HAS_IPV6 = Object.values(networkInterfaces()).some(group =>
  group?.some(({ address }) => address === '::1'),
)

const CLAUSES = ['port/dynamic-by-default', 'port/explicit', 'port/taken', 'port/invalid'] as const

let directory: string
let programs = 0
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ports-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function judge(source: string, input: ContractInput): Promise<readonly ClauseResult[]> {
  const file = join(directory, `server-${++programs}`)
  await writeFile(file, source)
  await chmod(file, 0o755)
  const resolved = resolveContract(input, { file: null, directory })
  const { verdict } = await runGate({ resolved, file, host: selectHost(), clauses: CLAUSES })
  return verdict.clauses
}

function expectSound(clauses: readonly ClauseResult[]): void {
  expect(clauses.map(({ id, outcome }) => [id, outcome])).toEqual(CLAUSES.map(id => [id, 'pass']))
  if (process.platform !== 'linux' || !HAS_IPV6) return
  const taken = clauses.find(({ id }) => id === 'port/taken')
  expect(taken?.observed).toMatch(/^a port held on 127\.0\.0\.1, 0\.0\.0\.0, :: refused within .*: ".*"; /)
  expect(taken?.observed).toMatch(/; beside another program on ::1 it serves on 127\.0\.0\.1:\d+ itself$/)
}

test('one in Node that is asked by an argument keeps what is said of ports', async () => {
  expectSound(await judge(NODE, { port: { args: ['--port={port}'] } }))
})

test('one in Python likewise', async ({ skip }) => {
  const { status } = spawnSync('/usr/bin/env', ['python3', '--version'])
  skip(status !== 0, 'there is no Python here')
  expectSound(await judge(PYTHON, {}))
})
