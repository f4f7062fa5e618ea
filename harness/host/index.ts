import type { Host, HostKind } from './host.ts'
import { linuxHost } from './linux.ts'
import { posixHost } from './posix.ts'
import { windowsHost } from './windows.ts'

export * from './host.ts'

/** The kinds that work on a platform, the one that `auto` takes first. */
const KINDS: Partial<Record<NodeJS.Platform, readonly HostKind[]>> = {
  linux: ['linux', 'posix'],
  win32: ['windows'],
}

const OTHER_PLATFORMS: readonly HostKind[] = ['posix']

const HOSTS: Record<HostKind, Host> = { linux: linuxHost, posix: posixHost, windows: windowsHost }

/** The host of this machine, or the kind that is asked for, as far as it works here. */
export function selectHost(
  kind: HostKind | 'auto' = 'auto',
  platform: NodeJS.Platform = process.platform,
): Host {
  const kinds = KINDS[platform] ?? OTHER_PLATFORMS
  const chosen = kind === 'auto' ? kinds[0] : kinds.find(candidate => candidate === kind)
  if (chosen === undefined) {
    throw new RangeError(`a '${kind}' host does not work on ${platform}: take 'auto' or ${quote(kinds)}`)
  }
  return HOSTS[chosen]
}

function quote(kinds: readonly HostKind[]): string {
  return kinds.map(kind => `'${kind}'`).join(' or ')
}
