import { readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { type DescriptorKind, HostLookupError } from './host.ts'
import { hasVanished } from './linux-processes.ts'
import { listDescriptors } from './linux-sockets.ts'

/** Who leaks has one kind more often than all others: the rest need not be told. */
const MOST_KINDS = 10

/** What the descriptors of the given processes are of, as `/proc/PID/fd` names it: the most frequent kinds first. */
export function readDescriptors(pids: readonly number[]): DescriptorKind[] {
  const links = pids.flatMap(pid =>
    listDescriptors(pid).map(descriptor => readLink(`/proc/${pid}/fd/${descriptor}`)),
  )
  return countKinds(links.filter(link => link !== undefined))
}

/** A file that is open once may be one of many of its kind: those count as their directory's. */
export function countKinds(links: readonly string[]): DescriptorKind[] {
  const byName = Map.groupBy(links, nameKind)
  const byKind = Map.groupBy(links, link => {
    const name = nameKind(link)
    return name.startsWith('/') && byName.get(name)?.length === 1 ? `${dirname(name)}/*` : name
  })
  return [...byKind]
    .map(([kind, those]) => {
      const [only = kind] = those
      // Alone in its directory it is no kind, and its name tells more.
      return { what: kind.endsWith('/*') && those.length === 1 ? only : kind, count: those.length }
    })
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_KINDS)
}

/** `socket:[4711]` and `anon_inode:[eventpoll]` by what they are, files by their path. */
function nameKind(link: string): string {
  const [, kind, detail = ''] = /^(\w+):\[?(.*?)\]?$/.exec(link) ?? []
  if (kind === undefined) return link
  return kind === 'anon_inode' ? detail : kind
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    // Closed, or its process ended, since it was listed.
    if (hasVanished(error)) return undefined
    throw new HostLookupError('/proc', `${path} cannot be read`, { cause: error })
  }
}
