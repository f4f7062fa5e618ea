import type { ContractInput, StopInput } from './input.ts'

type Given = NonNullable<ContractInput['stop']>

/** Platforms that a contract can name. */
export const STOP_PLATFORMS = ['windows', 'macos', 'linux'] as const
export type StopPlatform = (typeof STOP_PLATFORMS)[number]

const NAMES: Readonly<Record<string, StopPlatform>> = { win32: 'windows', darwin: 'macos', linux: 'linux' }

/** What Node calls a platform, in a contract's words; undefined for one that no contract names. */
export function stopPlatform(platform: NodeJS.Platform): StopPlatform | undefined {
  return NAMES[platform]
}

/** How it is stopped on a platform: what is said of that one wins, and what is not said of it stays. */
export function stopOn(platform: StopPlatform | undefined, given: Given): StopInput {
  const { windows, macos, linux, ...common } = given
  const own = platform === undefined ? {} : ({ windows, macos, linux }[platform] ?? {})
  return { ...common, ...named(own), accept: { ...common.accept, ...named(own.accept ?? {}) } }
}

/** A key that is there and undefined, as a spread of options makes it, was left out all the same. */
function named<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>
}
