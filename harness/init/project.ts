import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { findContractFile } from '../contract/find.ts'
import { type App, findApp } from './app.ts'
import { InitError } from './errors.ts'
import { type Manifest, rangeOf, readManifest } from './manifest.ts'
import { findPackageManager, type PackageManager } from './package-manager.ts'
import { directoriesUp, isThere, type Repository, readRepository } from './repository.ts'

/** What a project's own files say of it. Nobody is asked what can be read. */
export interface Project {
  /** Absolute path. */
  readonly directory: string
  /** Null for a project without a package.json, such as a Tauri app whose pages are made by Rust. */
  readonly manifest: Manifest | null
  readonly packageManager: PackageManager
  readonly isTypeScript: boolean
  /** Null where none that is known was found. */
  readonly app: App | null
  readonly tests: Tests
  readonly repository: Repository | null
  /** Relative to the project; null where none is there yet. */
  readonly contractFile: string | null
}

/** Where a spec would go. */
export interface Tests {
  /** The range of Vitest that the project asks for; null where it has none. */
  readonly vitest: string | null
  /** Relative to the project, empty for the project itself. */
  readonly directory: string
  /** What the project's specs are called: `sidecar.test.ts` or `sidecar.spec.ts`. */
  readonly word: 'test' | 'spec'
  /** Of the specs that are there, `ts` or another; null where there is none yet. */
  readonly extension: string | null
}

/** The first of these that is there already. */
const TEST_DIRECTORIES = ['specs', 'spec', 'tests', 'test', '__tests__']

/** Throws InitError where there is no such directory, or no sense in its package.json. */
export async function readProject(directory: string): Promise<Project> {
  const about = await stat(directory).catch(() => null)
  if (!about?.isDirectory()) throw new InitError(`There is no directory ${directory}`)
  const { all: directories, root } = await directoriesUp(directory)
  const manifests = await Promise.all(directories.map(readManifest))
  const manifest = manifests[0] ?? null
  const [packageManager, app, tests, repository, contractFile] = await Promise.all([
    findPackageManager(directories, manifests),
    findApp(directory, manifest),
    findTests(directory, manifests),
    root === null ? null : readRepository(root),
    findOwnContract(directory),
  ])
  return {
    directory,
    manifest,
    packageManager,
    isTypeScript:
      manifest !== null &&
      (rangeOf('typescript', manifest) !== null || (await isThere(join(directory, 'tsconfig.json')))),
    app,
    tests,
    repository,
    contractFile,
  }
}

/** One further up is another project's, as far as this one is concerned. */
async function findOwnContract(directory: string): Promise<string | null> {
  const file = await findContractFile(directory)
  if (file === null) return null
  const name = relative(directory, file)
  return name.startsWith('..') ? null : name
}

async function findTests(directory: string, manifests: readonly (Manifest | null)[]): Promise<Tests> {
  // In a workspace it is often the root that has Vitest.
  const vitest = manifests.map(each => rangeOf('vitest', each)).find(range => range !== null) ?? null
  const names = await readdir(directory)
  const place = TEST_DIRECTORIES.find(name => names.includes(name)) ?? ''
  const neighbours = place === '' ? names : await readdir(join(directory, place)).catch(() => [])
  const specs = neighbours
    .map(name => /\.(test|spec)\.([cm]?[jt]s)x?$/.exec(name))
    .find(match => match !== null)
  const [, word = place.startsWith('spec') ? 'spec' : 'test', extension = null] = specs ?? []
  return { vitest, directory: place, word: word as Tests['word'], extension }
}
