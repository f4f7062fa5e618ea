/** What this process holds, asked of the kernel where it knows: a leak is where nobody looks. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Names of what is held, by kind: of each as many as there are. */
export interface Stock {
  /** Living processes in this place, and all children, zombies included. */
  readonly processes: readonly string[]
  /** Open files, sockets, pipes. */
  readonly descriptors: readonly string[]
  /** Addresses that are listened on, and the UDP sockets that lock a port. */
  readonly ports: readonly string[]
  /** What keeps Node going, as it says itself. */
  readonly handles: readonly string[]
  /** What is heard on this process: signals, warnings, exits. */
  readonly listeners: readonly string[]
  readonly files: readonly string[]
}

export interface Memory {
  /** What JavaScript holds, its buffers included. */
  readonly heapBytes: number
  readonly residentBytes: number
}

/** `directory` is the TMPDIR of all that was started: it stands in the environment of each. */
export function takeStock(directory: string): Stock {
  const descriptors = openDescriptors()
  return {
    processes: processesOf(directory),
    descriptors: descriptors.map(({ target }) => target.replace(/:\[\d+\]$/, '')),
    ports: boundTo(descriptors),
    handles: process.getActiveResourcesInfo(),
    listeners: process
      .eventNames()
      .flatMap(name => process.listeners(name as 'exit').map(() => String(name))),
    files: readdirSync(directory),
  }
}

/** After all has been collected that can be, what only its finalizers let go of too. */
export async function takeMemory(): Promise<Memory> {
  for (let time = 0; time < 3; time++) {
    collect()
    await turn()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapBytes: heapUsed + external, residentBytes: rss }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

interface Descriptor {
  readonly target: string
  readonly inode: string | null
}

function openDescriptors(): readonly Descriptor[] {
  return readdirSync('/proc/self/fd').flatMap(name => {
    const target = readLink(`/proc/self/fd/${name}`)
    // The one by which this directory was just read.
    if (target === null || /^\/proc\/\d+\/fd$/.test(target)) return []
    return [{ target, inode: /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? null }]
  })
}

const LISTENING = '0A'

function boundTo(descriptors: readonly Descriptor[]): readonly string[] {
  const own = new Set(descriptors.map(({ inode }) => inode))
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(protocol => {
    const rows = read(`/proc/self/net/${protocol}`).split('\n').slice(1)
    return rows.flatMap(row => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
      const isBound = own.has(inode) && (protocol.startsWith('udp') || state === LISTENING)
      return isBound ? [`${protocol} port ${Number.parseInt(local.split(':').at(-1) ?? '', 16)}`] : []
    })
  })
}

function processesOf(directory: string): readonly string[] {
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    const stat = read(`/proc/${name}/stat`)
    // The name in parentheses can hold anything, parentheses and spaces included.
    const [state, parent] = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
    const isOurs = Number(parent) === process.pid || read(`/proc/${name}/environ`).includes(directory)
    if (stat === '' || !isOurs) return []
    return [
      state === 'Z' ? 'a zombie' : read(`/proc/${name}/cmdline`).split('\0').slice(0, 3).join(' ').trim(),
    ]
  })
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // It ended while it was looked at, or is somebody else's; IPv6 may not be there.
    return ''
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
