import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { type Place, test } from './command.ts'

/* Nobody is told what is judged here, and nothing is asked of anybody else: whatever dials in a command is written down. */

/** Every way out that Node has: TCP, pipes, UDP and the names of hosts. */
const WATCH = `
const { appendFileSync } = require('node:fs')
const note = (what, where) => appendFileSync(process.env.DIALLED, JSON.stringify([what, where]) + '\\n')
const net = require('node:net')
const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  note('connect', typeof options === 'object' ? (options.path ?? options.host ?? 'localhost') : String(options))
  return connect.apply(this, args)
}
const dgram = require('node:dgram')
const { send } = dgram.Socket.prototype
dgram.Socket.prototype.send = function (...args) {
  note('send', args.findLast(arg => typeof arg === 'string') ?? '127.0.0.1')
  return send.apply(this, args)
}
const dns = require('node:dns')
const { lookup } = dns
dns.lookup = function (host, ...rest) {
  note('lookup', host)
  return lookup.call(this, host, ...rest)
}
`

const LOOPBACK = /^(127\.|::1$|localhost$|\/)/

let directory: string
let sound: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'network-'))
  sound = await makeFaulty('none', directory)
})

afterAll(() => rm(directory, { recursive: true }))

interface Dialled {
  readonly code: number | undefined
  readonly stdout: string
  /** Where anything was dialled, sent or looked up. */
  readonly hosts: readonly string[]
}

async function watched(place: Place, ...args: string[]): Promise<Dialled> {
  const watch = await place.write('watch.cjs', WATCH)
  const dialled = await place.write('dialled', '')
  const env = { NODE_OPTIONS: `--require=${watch}`, DIALLED: dialled }
  const { code, stdout } = await place.runWith({ env }, ...args)
  const lines = readFileSync(dialled, 'utf8').split('\n').filter(Boolean)
  return { code, stdout, hosts: lines.map(line => (JSON.parse(line) as [string, string])[1]) }
}

/** A sidecar that announces another machine, on which nobody is (RFC 5737), and listens on this one. */
const ANNOUNCES_ANOTHER = `#!${process.execPath}
const server = require('node:http').createServer((_, response) => response.end('{"status":"ok"}'))
server.listen(0, '127.0.0.1', () => console.log('up at http://192.0.2.7:' + server.address().port))
process.on('SIGTERM', () => process.exit(0))
`

describe.concurrent('no command uses a network beyond this machine:', () => {
  test.for<[string, string[]]>([
    ['check', ['check', '--only', 'health,net,stop/sigterm', '--reporter', 'html=page.html']],
    ['debug', ['debug', '--once', '--watch', '0']],
  ])('%s', async ([, [command = '', ...options]], { place }) => {
    const { code, hosts } = await watched(place, command, sound, ...options)

    expect(code).toBe(0)
    expect(hosts.length).toBeGreaterThan(0)
    expect(hosts.filter(host => !LOOPBACK.test(host))).toEqual([])
  })

  test('nor does it where a sidecar announces another machine, which is told', async ({ place }) => {
    const sidecar = await place.write('sidecar', ANNOUNCES_ANOTHER, 0o755)
    await place.write('contract.json', JSON.stringify({ announce: 'url', budgets: { readyMs: 1_000 } }))

    const only = ['--only', 'health,net,resources', '--config', 'contract.json']
    const { code, stdout, hosts } = await watched(place, 'check', sidecar, ...only)

    expect(code).toBe(1)
    expect(hosts.filter(host => !LOOPBACK.test(host))).toEqual([])
    expect(stdout).toMatch(/net\/ipv4-reachable[\s\S]*every connection to 192\.0\.2\.7 failed \(EREMOTE\)/)
  })
})
