import type { ArtifactDescription } from './description.ts'
import { isNewer } from './glibc-version.ts'

/** No Mac with Apple Silicon has an older one. */
export const FIRST_ON_APPLE_SILICON = '11.0'

/**
 * Why a program would not run on the oldest macOS that the contract names (`11.0`), in one plain sentence; null when it
 * would, as far as its file tells, and for what is no program for macOS. No Mac is needed: the load commands say it.
 */
export function findAboveMacosFloor(
  { os, archs, leastMacos }: Pick<ArtifactDescription, 'os' | 'archs' | 'leastMacos'>,
  floor: string,
): string | null {
  // Recordings of before it was read do not have it.
  if (os !== 'macos' || leastMacos == null || !isNewer(leastMacos, floor)) return null
  const isForAppleSilicon = archs.length === 1 && archs[0] === 'arm64'
  if (isForAppleSilicon && !isNewer(leastMacos, FIRST_ON_APPLE_SILICON)) return null
  return `It is built for macOS ${leastMacos} and newer: an older one refuses it, or ends it at a symbol that it lacks.`
}
