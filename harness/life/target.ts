import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { Endpoint } from '../contract/announcement.ts'

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
export const ANY_CERTIFICATE = { rejectUnauthorized: false } as const

/** Begins a connection before it returns. `connectedBy` names the event that tells that it was accepted. */
export function dial(target: Target): { socket: Socket; connectedBy: 'connect' | 'secureConnect' } {
  const place =
    target.socket === undefined
      ? { host: addressOf(target), port: target.port ?? 0 }
      : { path: target.socket }
  if (!target.secure) return { socket: connect(place), connectedBy: 'connect' }
  return { socket: connectSecurely({ ...place, ...ANY_CERTIFICATE }), connectedBy: 'secureConnect' }
}
