import { spawnSync } from 'node:child_process'

const FOR_ROOT = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'] as const

/**
 * What to put before a command line so that the modes of files mean something to it, as they do to everybody but
 * root. Undefined where root cannot be without that privilege.
 */
export function withoutPrivileges(): readonly string[] | undefined {
  if (process.getuid?.() !== 0) return []
  const [command, ...args] = FOR_ROOT
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0 ? FOR_ROOT : undefined
}

export const NEEDS_SETPRIV: string =
  'root may write everywhere, and setpriv, which could change that, is missing'
