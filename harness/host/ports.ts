import { PlainError } from '../text/plain-error.ts'
import { LOCAL_ADDRESSES, type LocalAddress, listenOn, stopListening } from './listening.ts'
import { isTaken, lockPort, type Unlock } from './port-lock.ts'
import { readEphemeralPorts, walkAskablePorts } from './port-range.ts'

/** A port that a sidecar can be asked to use. */
export interface ReservedPort {
  readonly port: number
  /** From now on another harness may ask for it. Safe to call twice. */
  release(): Promise<void>
}

/** A port that somebody listens on, here the harness. */
export interface HeldPort {
  readonly port: number
  readonly address: LocalAddress
  /** Comes back when the port is free again. Safe to call twice. */
  close(): Promise<void>
}

/** No port could be reserved, or the one that was to be held is another program's. */
export class PortError extends PlainError {
  override readonly name = 'PortError'
  override readonly blame = 'machine'
}

/** Where so many in a row are taken, the machine has no ports left, or forbids to listen. A try takes 0.1 ms. */
const MAX_TRIES = 512

let reserve: (() => Promise<ReservedPort>) | undefined

/**
 * Reserves a port on which nobody listens, at whatever address, and which is given to nobody else until it is
 * released: the kernel hands it out to no program that asks for any, and no other harness reserves it. Nothing
 * listens on it either, so that a sidecar can.
 */
export function reservePort(): Promise<ReservedPort> {
  // Each in its turn: a port that was released is not asked for again soon. What is left of its connections
  // (TIME_WAIT) would keep a sidecar from it that listens without SO_REUSEADDR.
  reserve ??= reserveFrom(walkAskablePorts(readEphemeralPorts()))
  return reserve()
}

/** Makes what reserves a port at each call: the first of those that come next which can be had. */
export function reserveFrom(ports: Iterator<number, unknown>): () => Promise<ReservedPort> {
  return async () => {
    let tries = 0
    for (; tries < MAX_TRIES; tries++) {
      const { value: port, done } = ports.next()
      if (done) break
      const reserved = await tryToReserve(port)
      if (reserved !== null) return reserved
    }
    throw new PortError(explainFailure(tries))
  }
}

/**
 * On Linux a port is taken for all but those who set SO_REUSEPORT as its holder did. What holds the port of a sidecar
 * is often the one that was there before, which does what this one does: they would share its connections.
 */
const HELD_AS_BY_ITS_LIKE = process.platform === 'linux'

/**
 * Listens on a port as another program would, and hangs up on whoever connects; `::` takes IPv4 with it. Null where
 * the machine has no such address (it has no IPv6). Throws PortError when somebody else listens there.
 */
export async function holdPort(port: number, address: LocalAddress): Promise<HeldPort | null> {
  try {
    const server = await listenOn(port, address, { shared: HELD_AS_BY_ITS_LIKE })
    if (server === null) return null
    return { port, address, close: once(() => stopListening(server)) }
  } catch (error) {
    if (!isTaken(error)) throw error
    const message = `Port ${port} on ${address} cannot be held: somebody else listens there, or the system forbids it.`
    throw new PortError(message, { cause: error })
  }
}

async function tryToReserve(port: number): Promise<ReservedPort | null> {
  const unlock = await lockPort(port)
  if (unlock === null) return null
  try {
    if (await isFree(port)) return { port, release: once(unlock) }
  } catch (error) {
    await unlock()
    throw error
  }
  await unlock()
  return null
}

/** At each address by itself: on macOS and Windows one can listen on all where another listens on one. */
async function isFree(port: number): Promise<boolean> {
  try {
    for (const address of LOCAL_ADDRESSES) {
      const server = await listenOn(port, address)
      if (server !== null) await stopListening(server)
    }
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}

function explainFailure(tries: number): string {
  if (tries > 0)
    return `No free port was found: of ${tries} that were tried each is taken, or may not be used.`
  const remedy =
    'narrow net.ipv4.ip_local_port_range, or set some ports aside in net.ipv4.ip_local_reserved_ports'
  return `The kernel hands out every port to whoever asks for any, so none can be kept for a sidecar: ${remedy}.`
}

function once(end: Unlock): Unlock {
  let ending: Promise<void> | undefined
  return () => {
    ending ??= end()
    return ending
  }
}
