import { createSocket } from 'node:dgram'
import { codeOf } from '../text/error-code.ts'

/** Gives the lock back. */
export type Unlock = () => Promise<void>

/**
 * Takes a port's number for this harness alone, among all on the machine: other processes, other users. Null when
 * another has it. Nothing listens on the port itself meanwhile.
 *
 * The lock is a UDP socket, since the kernel takes one back from a harness that is killed, keeps it to the network
 * namespace to which the port belongs, and has them on every platform: a lock file would do none of that. Its
 * number is another one, should the sidecar speak HTTP/3 on its port.
 */
export async function lockPort(port: number): Promise<Unlock | null> {
  const socket = createSocket('udp4')
  const { promise: bound, resolve, reject } = Promise.withResolvers<void>()
  socket.once('error', reject)
  // Exclusive: in a cluster all workers would share the primary's.
  socket.bind({ port: partnerOf(port), address: '127.0.0.1', exclusive: true }, resolve)
  try {
    await bound
  } catch (error) {
    socket.close()
    if (isTaken(error)) return null
    throw error
  }
  socket.unref()
  return () => {
    const { promise, resolve: done } = Promise.withResolvers<void>()
    socket.ref()
    socket.close(done)
    return promise
  }
}

/** Another number for each, and never one below 1,024. */
function partnerOf(port: number): number {
  return port ^ 0xaa
}

/** EACCES: Windows sets ranges of ports aside for Hyper-V, and some systems more than those below 1,024 for root. */
export function isTaken(error: unknown): boolean {
  return ['EADDRINUSE', 'EACCES'].includes(codeOf(error) ?? '')
}
