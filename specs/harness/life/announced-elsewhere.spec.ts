import { describe, expect } from 'vitest'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { CERTIFICATE, KEY } from './programs/certificate.ts'
import { HEALTHY_SERVER } from './programs/servers.ts'
import { eventsOf, rawText, test, theEvent } from './stage.ts'

/* Announcements that are no line on stdout, and places that are no port. */

const listen = (andThen: string) =>
  `${HEALTHY_SERVER} server.listen(0, '127.0.0.1', () => { const { port } = server.address(); ${andThen} })`

const ANY_BODY = { schema: false } as const

interface Case {
  readonly where: string
  readonly contract: ContractInput
  readonly program: string
  readonly by: string
}

const CASES: readonly Case[] = [
  {
    where: 'on stderr',
    contract: { announce: { line: 'ready on {port}', on: 'stderr' } },
    program: listen(
      "console.log('1:ready on 1'); console.error('starting'); console.error('ready on ' + port)",
    ),
    by: 'stderr',
  },
  {
    where: 'on a descriptor of its own',
    contract: { announce: { json: 'port', on: 4 } },
    program: listen("require('node:fs').writeSync(4, JSON.stringify({ event: 'listen', port }) + '\\n')"),
    by: 'descriptor',
  },
  {
    where: 'in a file, whose path it is told',
    contract: { announce: { file: '{tmp}/port' }, env: { PORT_FILE: '{tmp}/port' } },
    program: listen("require('node:fs').writeFileSync(process.env.PORT_FILE, port + '\\n')"),
    by: 'file',
  },
  {
    where: 'in a file of JSON on several lines that is written in two pieces',
    contract: { announce: { json: 'http.port', file: '{home}/run/ports.json' } },
    program: listen(`
      const { mkdirSync, writeFileSync, appendFileSync } = require('node:fs')
      const path = process.env.HOME + '/run/ports.json'
      mkdirSync(process.env.HOME + '/run')
      const text = JSON.stringify({ http: { port } }, null, 2)
      writeFileSync(path, text.slice(0, -6))
      setTimeout(() => appendFileSync(path, text.slice(-6)), 30)`),
    by: 'file',
  },
  {
    where: 'in a file whose name holds what nobody knows before',
    contract: { announce: { file: '{tmp}/server-*.port' }, env: { PORT_DIRECTORY: '{tmp}' } },
    program: listen(`
      const { writeFileSync } = require('node:fs')
      writeFileSync(process.env.PORT_DIRECTORY + '/server.port', '1\\n')
      writeFileSync(process.env.PORT_DIRECTORY + '/server-' + process.pid + '.port', port + '\\n')`),
    by: 'file',
  },
  {
    where: 'nowhere, so that the kernel tells',
    contract: { announce: 'listener' },
    program: listen("console.log('what a log says of port 1 is not looked at')"),
    by: 'listener',
  },
  {
    where: 'as a URL in a line for people',
    contract: { announce: 'url' },
    program: listen(
      "console.log('see https://example.com/docs'); console.log('  > Local: http://127.0.0.1:' + port + '/')",
    ),
    by: 'stdout',
  },
]

describe('a port that is announced', () => {
  test.for(CASES)('$where is found', async ({ contract, program, by }, { stage }) => {
    const life = await stage.launch(await stage.node(program), contract)

    expect(await life.ready()).toBe(true)
    expect(theEvent(life, 'announcement')).toMatchObject({ by, port: life.announcement?.port })
    expect(life.announcement?.port).toBeGreaterThan(1)
  })
})

describe('a listener among several', () => {
  const TWO = `${HEALTHY_SERVER}
    const other = require('node:net').createServer(socket => socket.destroy())
    other.listen(Number(process.env.OTHER_PORT), '127.0.0.1', () => server.listen(Number(process.env.PORT), '127.0.0.1'))`

  test('is the one that it was asked for', async ({ stage }) => {
    const contract: ContractInput = { announce: 'listener', port: { variable: 'PORT', unasked: 'chosen' } }
    const life = await stage.launch(await stage.node(TWO), { ...contract, env: { OTHER_PORT: '0' } })

    expect(await life.ready()).toBe(true)
    expect(String(life.announcement?.port)).toBe(theEvent(life, 'launch').port)
  })
})

describe('a server that never does what is waited for', () => {
  test.for<ContractInput['announce']>(['listener', { file: '{tmp}/port' }, { line: '{port}', on: 3 }])(
    'keeps nobody from ending it, with %j',
    async (announce, { stage }) => {
      const program = await stage.node('setInterval(() => {}, 1000)')
      const life = await stage.launch(program, { announce: announce ?? '', budgets: { readyMs: 300 } })

      expect(await life.ready()).toBe(false)
      await life.end()
      expect(theEvent(life, 'deadline')).toMatchObject({ waitedFor: 'announcement', budgetMs: 300 })
    },
  )
})

describe('a socket of the file system', () => {
  test("in go-plugin's line is asked, and no port is looked for", async ({ stage }) => {
    const program = await stage.node(`${HEALTHY_SERVER}
      const path = process.env.TMPDIR + '/plugin.sock'
      server.listen(path, () => console.log('1|1|unix|' + path + '|grpc'))`)
    const life = await stage.launch(program, { announce: 'go-plugin' })

    expect(await life.ready()).toBe(true)
    expect(theEvent(life, 'announcement')).toMatchObject({
      port: null,
      socket: `${life.sandbox.temporary}/plugin.sock`,
    })
    expect(await life.client.check()).toBe(true)
    const volley = await life.client.volley({
      purpose: 'burst',
      requests: 8,
      connections: 4,
      timeoutMs: 5_000,
    })
    expect(volley).toMatchObject({ answered: 8, failures: [] })
    await life.end()
    expect(eventsOf(life, 'port-freed')).toEqual([])
  })
})

describe('a server by TLS', () => {
  const SECURE = `
    const { createServer } = require('node:https')
    const options = { key: ${JSON.stringify(KEY)}, cert: ${JSON.stringify(CERTIFICATE)} }
    const server = createServer(options, (request, response) => response.end('well'))
    process.once('SIGTERM', () => process.exit(0))
    server.listen(0, '127.0.0.1', () => console.log('serving https://localhost:' + server.address().port))`

  test('is asked by TLS because its URL says so, whoever signed its certificate', async ({ stage }) => {
    const life = await stage.launch(await stage.node(SECURE), { announce: 'url', health: ANY_BODY })

    expect(await life.ready()).toBe(true)
    const volley = await life.client.volley({
      purpose: 'burst',
      requests: 4,
      connections: 2,
      timeoutMs: 5_000,
    })
    expect(volley).toMatchObject({ answered: 4, failures: [] })
  })

  test('is asked by TLS because the contract says so', async ({ stage }) => {
    const health = { ...ANY_BODY, protocol: 'https' } as const
    const announce = /localhost:(?<port>\d+)/
    const life = await stage.launch(await stage.node(SECURE), { announce, health })

    expect(await life.ready()).toBe(true)
  })

  test('gives no answer to who asks plainly', async ({ stage }) => {
    const announce = /localhost:(?<port>\d+)/
    const budgets = { readyMs: 500 }
    const life = await stage.launch(await stage.node(SECURE), { announce, health: ANY_BODY, budgets })

    expect(await life.ready()).toBe(false)
  })
})

describe('a token', () => {
  const SECRET = 'sesame-4711'
  const GUARDED = `
    const { createServer } = require('node:http')
    const server = createServer((request, response) => {
      const known = request.headers.authorization === 'Bearer ${SECRET}'
      console.error('asked with ' + request.headers.authorization)
      response.statusCode = known ? 200 : 401
      response.end('you came with ${SECRET}')
    })
    process.once('SIGTERM', () => process.exit(0))
    server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port, token: '${SECRET}' })))`

  test('is sent with every request, and is in nothing that is kept', async ({ stage }) => {
    const life = await stage.launch(await stage.node(GUARDED), {
      announce: { json: { port: 'port', token: 'token' } },
      health: { ...ANY_BODY, headers: { authorization: 'Bearer {token}' } },
    })

    expect(await life.ready()).toBe(true)
    const volley = await life.client.volley({
      purpose: 'load',
      requests: 4,
      connections: 1,
      timeoutMs: 5_000,
    })
    expect(volley).toMatchObject({ answered: 4, failures: [] })
    await life.end()
    expect(rawText(life, 'stderr')).toContain('asked with Bearer [redacted]')
    expect(rawText(life, 'stdout')).toContain('"token":"[redacted]"')
    expect(JSON.stringify(life.toRecording())).not.toContain(SECRET)
  })
})
