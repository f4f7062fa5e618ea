/** One process of a family: it names itself on stdout when it is ready, and starts its children. */

import { spawn } from 'node:child_process'
import { type AddressInfo, createServer, Socket } from 'node:net'

/**
 * All of a family share this descriptor, and the spec holds its other end: when that is interrupted nobody outlives
 * it, not even who has neither a marker nor a group by which the run's reaper would find it.
 */
const LIFELINE = 3

export interface Relative {
  readonly name: string
  /** Leaves the group: started by setsid. */
  readonly ownSession?: boolean
  /** Started without any environment, hence without the marker. */
  readonly bareEnvironment?: boolean
  readonly ignoresSigterm?: boolean
  /** Addresses to listen on, each on a free port. */
  readonly listensOn?: readonly string[]
  readonly children?: readonly Relative[]
}

await live(JSON.parse(process.argv[2] ?? ''))

async function live(self: Relative): Promise<void> {
  new Socket({ fd: LIFELINE }).once('close', () => process.exit()).resume()
  if (self.ignoresSigterm) process.on('SIGTERM', () => {})
  for (const address of self.listensOn ?? []) {
    process.stdout.write(`${self.name} listens ${address} ${await listen(address)}\n`)
  }
  process.stdout.write(`${self.name} ${process.pid}\n`)
  for (const child of self.children ?? []) start(child)
  setInterval(() => {}, 60_000)
}

function listen(host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer(socket => socket.resume())
  server.on('error', reject)
  server.listen({ host, port: 0 }, () => resolve((server.address() as AddressInfo).port))
  return promise
}

function start(child: Relative): void {
  const environment = child.bareEnvironment ? {} : process.env
  spawn(process.execPath, [import.meta.filename, JSON.stringify(child)], {
    detached: child.ownSession ?? false,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', LIFELINE],
  })
}
