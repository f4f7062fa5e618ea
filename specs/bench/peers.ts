import { execFile } from 'node:child_process'
import { access, copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NotHereError } from './workshop.ts'

const run = promisify(execFile)

/** Kept from run to run, and in nobody's commit. */
const PLACE = join(import.meta.dirname, '../../.bench/peers')
const MANIFEST = join(import.meta.dirname, 'peers/package.json')

export type PeerName = '@playwright/test' | 'execa' | 'start-server-and-test' | 'wait-on' | 'bun'

/** The tools that people use today, in a directory of their own. */
export interface Peers {
  readonly directory: string
  /** What can be imported. */
  resolve(path: string): string
  readonly versions: Readonly<Record<PeerName, string>>
  /** The path of bun; null where its package holds none for this machine. */
  readonly bun: string | null
}

/**
 * Installs the peers from the registry that npm knows, in the versions that peers/package.json names. Throws
 * NotHereError where that fails.
 */
export async function installPeers(): Promise<Peers> {
  const wanted = await readFile(MANIFEST, 'utf8')
  if ((await installed()) !== wanted) await install()
  const names = Object.keys(JSON.parse(wanted).dependencies) as PeerName[]
  const versions = await Promise.all(names.map(async name => [name, await versionOf(name)] as const))
  const bun = join(PLACE, 'node_modules/.bin/bun')
  const hasBun = await run(bun, ['--version']).then(
    () => true,
    () => false,
  )
  return {
    directory: PLACE,
    resolve: path => join(PLACE, 'node_modules', path),
    versions: Object.fromEntries(versions) as Record<PeerName, string>,
    bun: hasBun ? bun : null,
  }
}

/** What is there was asked for by this text; null where nothing is, or an install was broken off. */
async function installed(): Promise<string | null> {
  try {
    // npm writes it when all else is there.
    await access(join(PLACE, 'node_modules/.package-lock.json'))
    return await readFile(join(PLACE, 'package.json'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return null
  }
}

async function install(): Promise<void> {
  // Of another list: broken off half-way, it would pass for this one's.
  await rm(PLACE, { recursive: true, force: true })
  await mkdir(PLACE, { recursive: true })
  await copyFile(MANIFEST, join(PLACE, 'package.json'))
  // Nothing here opens a page: Playwright's webServer needs no browser.
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' }
  try {
    await run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: PLACE,
      env,
    })
  } catch (error) {
    const [line = ''] = (error as { stderr?: string }).stderr?.trim().split('\n') ?? []
    throw new NotHereError(`npm cannot install it: ${line || (error as Error).message}`, { cause: error })
  }
}

async function versionOf(name: PeerName): Promise<string> {
  const manifest = await readFile(join(PLACE, 'node_modules', name, 'package.json'), 'utf8')
  return JSON.parse(manifest).version
}
