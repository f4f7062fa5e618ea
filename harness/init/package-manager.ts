import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Manifest } from './manifest.ts'
import { readText } from './read-json.ts'

export type PackageManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun'

export interface PackageManager {
  readonly name: PackageManagerName
  /** Where that was seen; null where nothing says it, and npm is there with every Node. */
  readonly seenIn: string | null
  /** The major version, where `packageManager` names it. */
  readonly major: number | null
  /** Absolute path; null where nothing is locked yet. */
  readonly lockfile: string | null
  /** Yarn from version 2 on, whose options are others. */
  readonly isBerry: boolean
}

/** By the names that they have given them over the years. */
const LOCKFILES: Readonly<Record<string, PackageManagerName>> = {
  'pnpm-lock.yaml': 'pnpm',
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
}

/**
 * Who installs this project: what `packageManager` says, or else whose lockfile is nearest, from the project's
 * directory up to its repository's. `directories` begins with the project's own.
 */
export async function findPackageManager(
  directories: readonly string[],
  manifests: readonly (Manifest | null)[],
): Promise<PackageManager> {
  const locks = await findLockfiles(directories)
  const declared = manifests.map(manifest => manifest?.packageManager).find(value => value !== undefined)
  const [, wanted, version] = /^(npm|pnpm|yarn|bun)@(\d+)/.exec(declared ?? '') ?? []
  const [nearest] = locks
  const name = (wanted as PackageManagerName | undefined) ?? nearest?.name ?? 'npm'
  const lock = locks.find(candidate => candidate.name === name)
  const major = version === undefined ? null : Number(version)
  return {
    name,
    major,
    seenIn: wanted === undefined ? (nearest?.file ?? null) : 'package.json',
    lockfile: lock?.path ?? null,
    isBerry: name === 'yarn' && (major === null ? await isBerryLock(lock?.path) : major >= 2),
  }
}

async function findLockfiles(directories: readonly string[]) {
  const found = await Promise.all(
    directories.map(async directory => {
      const files = await readdir(directory).catch((): string[] => [])
      return Object.entries(LOCKFILES)
        .filter(([file]) => files.includes(file))
        .map(([file, name]) => ({ name, file, path: join(directory, file) }))
    }),
  )
  return found.flat()
}

/** The first line of the old one says so; the new one has its metadata there. */
async function isBerryLock(path: string | undefined): Promise<boolean> {
  return path !== undefined && /^__metadata:/m.test((await readText(path)) ?? '')
}

/** The command line of a tool that the project has installed. Nothing is fetched when it is not there. */
export function runCommand({ name }: PackageManager, commandLine: string): string {
  const prefix = { npm: 'npx --no-install', pnpm: 'pnpm exec', yarn: 'yarn run', bun: 'bun run' }[name]
  return `${prefix} ${commandLine}`
}

/** Runs a script of the project's package.json. */
export function scriptCommand({ name }: PackageManager, script: string): string {
  return `${name} run ${script}`
}

/** Adds a package to the project's devDependencies. */
export function addCommand({ name }: PackageManager, packages: string): string {
  return `${name} ${name === 'npm' ? 'install' : 'add'} --save-dev ${packages}`.replace(
    /^(yarn|bun) add --save-dev/,
    '$1 add --dev',
  )
}

/** Installs what is locked, and nothing else. */
export function ciInstallCommand({ name, lockfile, isBerry }: PackageManager): string {
  if (lockfile === null) return `${name} install`
  if (name === 'npm') return 'npm ci'
  return `${name} install ${isBerry ? '--immutable' : '--frozen-lockfile'}`
}
