import type { Activity, Connection, ConnectionState, ProcessActivity } from './host.ts'
import { isPending } from './linux-handling.ts'
import { listThreads, readStart } from './linux-processes.ts'
import {
  decodeAddress,
  findSocketTables,
  listSocketInodes,
  readNamespace,
  readSocketTables,
} from './linux-sockets.ts'

/** A row of `/proc/net/tcp` or `/proc/net/tcp6` that is a connection. */
export interface ConnectedSocket extends Omit<Connection, 'pid'> {
  readonly inode: string
}

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** As many as tell what kind they are. */
const MOST_CONNECTIONS = 64

/** The kernel's net/tcp_states.h; its other states are of sockets that no process holds any more, or that listen. */
const STATES: Readonly<Record<string, ConnectionState>> = {
  '01': 'established',
  '02': 'connecting',
  '03': 'connecting',
  '04': 'closing',
  '05': 'closing',
  '08': 'close wait',
  '09': 'closing',
  '0B': 'closing',
}

/** What `/proc` tells of what the given processes wait for, and of their connections. */
export function readActivity(pids: readonly number[]): Activity {
  const connections = findConnections(pids)
  return {
    processes: pids.map(readProcessActivity).filter(each => each !== undefined),
    connections: connections.slice(0, MOST_CONNECTIONS),
    omittedConnections: Math.max(0, connections.length - MOST_CONNECTIONS),
  }
}

function readProcessActivity(pid: number): ProcessActivity | undefined {
  const status = readStart(`/proc/${pid}/status`)
  const main = /^State:\s*(\S)/m.exec(status ?? '')?.[1]
  if (status === undefined || main === undefined) return undefined
  const state = isRunning(pid) ? 'R' : main
  const threads = Number(/^Threads:\s*(\d+)/m.exec(status)?.[1] ?? 1)
  // A kernel without KALLSYMS, and one that hides it, says 0.
  const channel = readStart(`/proc/${pid}/wchan`)?.trim() ?? ''
  const waitsIn = channel === '' || channel === '0' ? null : channel
  return { pid, state, waitsIn, threads, pending: STOPPING.filter(signal => isPending(status, signal)) }
}

function isRunning(pid: number): boolean {
  const threads = listThreads(pid)
  return threads.some(thread => /^State:\s*R/m.test(readStart(`${thread}/status`) ?? ''))
}

function findConnections(pids: readonly number[]): Connection[] {
  const own = readNamespace(process.pid)
  return [...Map.groupBy(pids, pid => findSocketTables(pid, own))].flatMap(([directory, neighbours]) => {
    const sockets = new Map(
      readSocketTables(directory)
        .flatMap(parseConnections)
        .map(socket => [socket.inode, socket]),
    )
    return neighbours.flatMap(pid => listSocketInodes(pid).flatMap(inode => claim(sockets, inode, pid)))
  })
}

/** What a parent and a child both hold is one connection. */
function claim(sockets: Map<string, ConnectedSocket>, inode: string, pid: number): Connection[] {
  const socket = sockets.get(inode)
  if (socket === undefined) return []
  sockets.delete(inode)
  const { inode: _, ...connection } = socket
  return [{ pid, ...connection }]
}

/** Reads the rows of a socket table that are connections. */
export function parseConnections(table: string): ConnectedSocket[] {
  const sockets: ConnectedSocket[] = []
  for (const line of table.split('\n')) {
    const [, local = '', remote = '', code = '', , , , , , inode] = line.trim().split(/\s+/)
    const state = STATES[code]
    if (state === undefined || inode === undefined || inode === '0') continue
    const [address, port] = parseEnd(local)
    const [remoteAddress, remotePort] = parseEnd(remote)
    sockets.push({ inode, state, address, port, remoteAddress, remotePort })
  }
  return sockets
}

function parseEnd(end: string): [address: string, port: number] {
  const [address = '', port = ''] = end.split(':')
  return [decodeAddress(address), Number.parseInt(port, 16)]
}
