import { createServer, type Server } from 'node:net'

/** What a port can be taken on: either loopback address, or all addresses of a family. `::` takes IPv4 with it. */
export const LOCAL_ADDRESSES = ['127.0.0.1', '::1', '0.0.0.0', '::'] as const

export type LocalAddress = (typeof LOCAL_ADDRESSES)[number]

/**
 * Listens, and hangs up on whoever connects. Null where the machine has no such address: IPv6 may be switched
 * off. Rejects with the system's error, EADDRINUSE where somebody else listens. With `shared` it lets those listen
 * beside it who ask for that too.
 */
export function listenOn(
  port: number,
  address: LocalAddress,
  { shared = false }: { readonly shared?: boolean } = {},
): Promise<Server | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | null>()
  const server = createServer(socket => socket.destroy())
  server.once('error', error => {
    if (isMissingAddress(error, address)) resolve(null)
    else reject(error)
  })
  // Dual-stack, as most servers do it. Exclusive: in a cluster the primary would listen, for all workers.
  const options = { port, host: address, ipv6Only: false, exclusive: true, reusePort: shared }
  server.listen(options, () => resolve(server))
  // Whoever forgets it must still be able to end.
  return promise.finally(() => server.unref())
}

/** Comes back when the port is free again. */
export function stopListening(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.ref()
  server.close(() => resolve())
  return promise
}

function isMissingAddress(error: NodeJS.ErrnoException, address: LocalAddress): boolean {
  return address.includes(':') && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')
}
