import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { codeOf } from '../text/error-code.ts'
import { readEphemeralPorts } from './port-range.ts'
import { PortError } from './ports.ts'

/** A connection on loopback takes 0.1 ms. One that takes so long is swallowed, by a firewall. */
const PATIENCE_MS = 2_000

/**
 * Of fewer, the port of a life that has just ended is given to the next one while somebody still looks at it, and what
 * came before stays for a minute (TIME_WAIT): with 256, of 12 gates on a sound sidecar one failed. Systems come with
 * 16,384 and more.
 */
const LEAST_EPHEMERAL = 4_096

/** What keeps programs on this machine from reaching each other. */
export interface LoopbackTrouble {
  /** `ports`: none can be had for the asking. `connections`: what listens cannot be reached. */
  readonly of: 'ports' | 'connections'
  readonly message: string
}

/** Throws PortError where the kernel has so few ports to give that two programs are in each other's way. */
export function requireEphemeralPorts(): void {
  const { first, last, setAside } = readEphemeralPorts()
  const reserved = [...setAside].filter(port => port >= first && port <= last).length
  const count = last - first + 1 - reserved
  if (count >= LEAST_EPHEMERAL) return
  throw new PortError(
    `The kernel hands out only ${count} ports, of ${first} to ${last}, to all who ask for any. A gate needs ${LEAST_EPHEMERAL} at the least: widen net.ipv4.ip_local_port_range.`,
  )
}

/** Does itself what a sidecar and its app do: listens on whatever port there is, on 127.0.0.1, and connects to it. */
export async function findLoopbackTrouble(): Promise<LoopbackTrouble | null> {
  const server = createServer(socket => socket.destroy())
  try {
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true })
    await once(server, 'listening')
  } catch (error) {
    const isUsedUp = codeOf(error) === 'EADDRINUSE'
    const why = isUsedUp ? `${describeRange()} are all taken` : (error as Error).message
    return {
      of: 'ports',
      message: `No program can get a port of its own on 127.0.0.1 here: ${why}. ${isUsedUp ? 'End what holds them, or widen net.ipv4.ip_local_port_range.' : 'Loopback has to be up.'}`,
    }
  }
  try {
    return await connectTo(server)
  } finally {
    server.close()
  }
}

async function connectTo(server: Server): Promise<LoopbackTrouble | null> {
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return null
  } catch (error) {
    const reason =
      error instanceof Error && codeOf(error) !== 'ABORT_ERR' ? error.message : 'it takes for ever'
    return {
      of: 'connections',
      message: `What listens on 127.0.0.1 cannot be reached here, whoever it is: ${reason}. Loopback has to be up (ip link set lo up), and no firewall in between.`,
    }
  } finally {
    socket.destroy()
  }
}

function describeRange(): string {
  const { first, last } = readEphemeralPorts()
  return `the ports that the kernel hands out, ${first} to ${last},`
}
