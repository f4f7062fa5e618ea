import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { test } from './command.ts'

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

describe.concurrent('no command uses a network beyond this machine:', () => {
  test.for<[string, string[]]>([
    ['check', ['check', '--only', 'health,net,stop/sigterm', '--reporter', 'html=page.html']],
    ['debug', ['debug', '--once', '--watch', '0']],
  ])('%s', async ([, [command = '', ...options]], { place }) => {
    const watch = await place.write('watch.cjs', WATCH)
    const dialled = await place.write('dialled', '')

    const { code } = await place.runWith(
      { env: { NODE_OPTIONS: `--require=${watch}`, DIALLED: dialled } },
      ...[command, sound, ...options],
    )

    expect(code).toBe(0)
    const places = readFileSync(dialled, 'utf8').split('\n').filter(Boolean)
    const hosts = places.map(line => (JSON.parse(line) as [string, string])[1])
    expect(hosts.length).toBeGreaterThan(0)
    expect(hosts.filter(host => !LOOPBACK.test(host))).toEqual([])
  })
})
