import { arch, platform } from 'node:os'
import type { Host } from '../host/host.ts'
import type { HostDescription } from '../recording/evidence.ts'

const OS_NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macos', win32: 'windows' }

/** The machine that a sidecar was judged on, as it is told in a verdict. */
export function describeHost({ kind }: Host, cpus: number): HostDescription {
  return { kind, os: OS_NAMES[platform()] ?? platform(), arch: arch(), node: process.version, cpus }
}
