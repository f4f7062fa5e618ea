/** The hosts that keep the same promises: what is specified of one is run against each. */

import { spawnSync } from 'node:child_process'
import type { Host } from '../../../harness/host/host.ts'
import { linuxHost } from '../../../harness/host/linux.ts'
import { posixHost } from '../../../harness/host/posix.ts'

export interface HostUnderTest {
  readonly host: Host
  readonly kind: string
  /** Whether it finds by its marker alone what left the group and lost its parent. */
  readonly seesMarkers: boolean
  /** Why it cannot be tried on this machine. */
  readonly missing: string | undefined
}

export const HOSTS: readonly HostUnderTest[] = [
  { host: linuxHost, kind: 'linux', seesMarkers: true, missing: needProcfs() },
  { host: posixHost, kind: 'posix', seesMarkers: false, missing: needTool('ps') ?? needTool('lsof') },
]

function needProcfs(): string | undefined {
  return process.platform === 'linux' ? undefined : 'procfs is of Linux only'
}

function needTool(name: string): string | undefined {
  if (process.platform === 'win32') return 'Windows has neither ps nor lsof'
  return spawnSync(name, ['-v'], { stdio: 'ignore' }).error ? `${name} is not installed` : undefined
}
