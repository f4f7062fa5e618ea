import { lookup } from 'node:dns'
import { connect, isIP, type LookupFunction, Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { buildConnector } from 'undici'
import type { Endpoint } from '../contract/announcement.ts'
import { isOfThisMachine } from '../host/addresses.ts'

/** Where a sidecar is reached: what it announced, and whether that is by TLS. */
export type Target = Omit<Endpoint, 'token'>

/** Who serves on every address is reached on loopback. */
const WILDCARDS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Where the harness dials for what was announced: an address, a name, or the path of a socket. */
export function addressOf({ host, socket }: Target): string {
  if (socket !== undefined) return socket
  const address = (host ?? '127.0.0.1').replace(/^\[|\]$/g, '')
  return WILDCARDS[address] ?? address
}

/**
 * What stands in a Host header: an IPv6 address between brackets, however it was announced. A socket of the file system
 * has no name that a server could look for.
 */
export function authorityOf(target: Target): string {
  if (target.socket !== undefined) return 'localhost'
  const address = addressOf(target)
  return `${address.includes(':') ? `[${address}]` : address}:${target.port}`
}

export function originOf(target: Target): string {
  return `${target.secure ? 'https' : 'http'}://${authorityOf(target)}`
}

/** Certificates of programs on this machine are their own: who signed one says nothing here. */
const ANY_CERTIFICATE = { rejectUnauthorized: false } as const

/** Whether it is an address of another machine. Where a name leads is seen when it is looked up. */
export function isElsewhere(target: Target): boolean {
  const address = addressOf(target)
  return target.socket === undefined && isIP(address) !== 0 && !isOfThisMachine(address)
}

/** What was announced is another machine's: nobody there is asked, whatever a sidecar says. */
export class ElsewhereError extends Error {
  override readonly name = 'ElsewhereError'
  readonly code = 'EREMOTE'

  constructor(address: string) {
    super(`${address} is no address of this machine, and nobody else is asked`)
  }
}

/**
 * Begins a connection before it returns; one that would leave this machine ends in an ElsewhereError instead. `connectedBy`
 * names the event that tells that it was accepted.
 */
export function dial(target: Target): { socket: Socket; connectedBy: 'connect' | 'secureConnect' } {
  const address = addressOf(target)
  const connectedBy = target.secure ? 'secureConnect' : 'connect'
  if (isElsewhere(target)) {
    const socket = new Socket()
    // Not at once: who listens for errors does so when he has the socket.
    queueMicrotask(() => socket.destroy(new ElsewhereError(address)))
    return { socket, connectedBy }
  }
  const place =
    target.socket === undefined
      ? { host: address, port: target.port ?? 0, lookup: lookupHere }
      : { path: target.socket }
  return {
    socket: target.secure ? connectSecurely({ ...place, ...ANY_CERTIFICATE }) : connect(place),
    connectedBy,
  }
}

type Connector = buildConnector.connector

/** Has undici connect where and as we do. */
export function connectorTo(target: Target): Connector {
  return (_options, callback) => {
    const { socket, connectedBy } = dial(target)
    const fail = (error: Error) => callback(error, null)
    socket.once('error', fail)
    socket.once(connectedBy, () => {
      // From here on its errors are the client's.
      socket.off('error', fail)
      callback(null, socket)
    })
  }
}

/** Asks the system for a name's addresses, and takes those of this machine alone. */
const lookupHere: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', undefined)
    const here = addresses.filter(({ address }) => isOfThisMachine(address))
    const [first] = here
    if (first === undefined) callback(new ElsewhereError(`${name} (${addresses[0]?.address})`), '', undefined)
    else if (options.all === true) callback(null, here)
    else callback(null, first.address, first.family)
  })
}
