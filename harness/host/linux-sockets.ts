import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { SocketAddress } from 'node:net'
import { endianness } from 'node:os'
import { unmapAddress } from './addresses.ts'
import { HostLookupError, type Listener } from './host.ts'
import { hasVanished, isForbidden } from './linux-processes.ts'

/** A row of `/proc/net/tcp` or `/proc/net/tcp6` in the listening state. */
export interface ListeningSocket {
  readonly inode: string
  readonly address: string
  readonly port: number
}

/** TCP_LISTEN in the kernel's net/tcp_states.h. */
const LISTENING = '0A'

/** The tables of the network namespace that the harness runs in. */
const OWN_TABLES = '/proc/self/net'

/** The listening sockets that the given processes hold, each once: under the first of them that has it. */
export function findListeners(pids: readonly number[]): Listener[] {
  const listeners: Listener[] = []
  const own = readNamespace(process.pid)
  for (const [directory, neighbours] of Map.groupBy(pids, pid => findSocketTables(pid, own))) {
    const unclaimed = new Map(readListeningSockets(directory).map(socket => [socket.inode, socket]))
    for (const pid of neighbours) {
      for (const socket of claimSockets(pid, unclaimed)) listeners.push(toListener(socket, pid))
    }
  }
  return listeners
}

/** Who listens on a port in the harness's own network namespace. */
export function findListenersOn(port: number, pids: readonly number[]): Listener[] {
  const sockets = readListeningSockets(OWN_TABLES).filter(socket => socket.port === port)
  const unclaimed = new Map(sockets.map(socket => [socket.inode, socket]))
  const listeners: Listener[] = []
  for (const pid of pids) {
    if (unclaimed.size === 0) break
    try {
      for (const socket of claimSockets(pid, unclaimed)) listeners.push(toListener(socket, pid))
    } catch (error) {
      // Another user's process: whether the socket is its own cannot be seen, and the pid stays 0.
      if (!(error instanceof HostLookupError && isForbidden(error.cause))) throw error
    }
  }
  return [...listeners, ...Array.from(unclaimed.values(), socket => toListener(socket, 0))]
}

/** Reads the rows of a socket table that are listening. */
export function parseSocketTable(table: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = []
  for (const line of table.split('\n')) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    if (state !== LISTENING || inode === undefined) continue
    const [address = '', port = ''] = local.split(':')
    sockets.push({ inode, address: decodeAddress(address), port: Number.parseInt(port, 16) })
  }
  return sockets
}

/** Decodes an address as the kernel prints it: 32-bit words in the machine's own byte order. */
export function decodeAddress(hex: string, byteOrder: 'LE' | 'BE' = endianness()): string {
  const bytes = Buffer.from(hex, 'hex')
  if (byteOrder === 'LE') bytes.swap32()
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  const { address } = new SocketAddress({ address: groups.join(':'), family: 'ipv6' })
  return unmapAddress(address)
}

/** Where a process's socket tables are: a life may run in a network namespace of its own. */
export function findSocketTables(pid: number, ownNamespace: string | undefined): string {
  return readNamespace(pid) === ownNamespace ? OWN_TABLES : `/proc/${pid}/net`
}

/** Undefined when the process vanished, and on a kernel without network namespaces. */
export function readNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch (error) {
    if (hasVanished(error)) return undefined
    throw cannotSeeSockets(pid, error)
  }
}

function readListeningSockets(directory: string): ListeningSocket[] {
  return readSocketTables(directory).flatMap(parseSocketTable)
}

/** The text of both tables. */
export function readSocketTables(directory: string): string[] {
  return ['tcp', 'tcp6'].flatMap(name => {
    try {
      return readFileSync(`${directory}/${name}`, 'latin1')
    } catch (error) {
      // tcp6 is missing where IPv6 is switched off; both are when it is another process's and that vanished.
      if (hasVanished(error) && (name === 'tcp6' || directory !== OWN_TABLES)) return []
      throw new HostLookupError('/proc', `${directory}/${name} cannot be read`, { cause: error })
    }
  })
}

/** Takes from `unclaimed` the sockets that a process holds open. */
function claimSockets(pid: number, unclaimed: Map<string, ListeningSocket>): ListeningSocket[] {
  if (unclaimed.size === 0) return []
  const inodes = listSocketInodes(pid)
  const claimed = [...unclaimed.values()].filter(socket => inodes.includes(socket.inode))
  for (const socket of claimed) unclaimed.delete(socket.inode)
  return claimed
}

/** The inodes of the sockets that a process holds. */
export function listSocketInodes(pid: number): string[] {
  const links = listDescriptors(pid).map(descriptor => `/proc/${pid}/fd/${descriptor}`)
  return links.map(readSocketInode).filter(inode => inode !== undefined)
}

export function listDescriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
  } catch (error) {
    if (hasVanished(error)) return []
    throw cannotSeeSockets(pid, error)
  }
}

function readSocketInode(link: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1]
  } catch (error) {
    // Closed, or its process ended, since it was listed.
    if (hasVanished(error)) return undefined
    throw new HostLookupError('/proc', `${link} cannot be read`, { cause: error })
  }
}

function cannotSeeSockets(pid: number, cause: unknown): HostLookupError {
  const message = `the sockets of process ${pid} cannot be seen: it runs as another user, or has privileges of its own`
  return new HostLookupError('/proc', message, { cause })
}

function toListener({ address, port }: ListeningSocket, pid: number): Listener {
  return { address, port, pid }
}
