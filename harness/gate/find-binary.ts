import { access, readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { BuildPlan, Contract } from '../contract/contract.ts'
import { ContractError } from '../contract/errors.ts'
import type { ChosenBy, Phase } from './verdict.ts'

export interface FoundBinary {
  readonly file: string
  readonly chosenBy: ChosenBy
  /** Known where it was built. */
  readonly sha256?: string
  readonly phasesBefore?: readonly Phase[]
}

export interface FindContext {
  /** Who named the binary, where it is named. */
  readonly namedBy?: Exclude<ChosenBy, 'contract'>
  /** The target triple that the contract's binary is for; this machine's where nothing is said. */
  readonly target?: string | undefined
  readonly signal?: AbortSignal
  onProgress?(message: string): void
}

/**
 * The file to judge: the one that is named wins, and nothing is built then; otherwise the contract's own, built
 * where it says how. Throws ContractError where there is neither, and BuildError for a build that failed.
 */
export async function findBinary(
  contract: Contract,
  named: string | undefined,
  { namedBy = 'caller', target, signal, onProgress = () => {} }: FindContext = {},
): Promise<FoundBinary> {
  if (named !== undefined) return { file: resolve(named), chosenBy: namedBy }
  if (contract.binary === null) {
    throw new ContractError(contract.file, [
      { at: 'binary', message: 'no binary is named, here or by the caller, so there is nothing to judge' },
    ])
  }
  const startedAtMs = performance.now()
  const { build, hostTriple, withTriple } = await import('../build/build.ts')
  if (contract.build === null) {
    const triple = target ?? hostTriple()
    const file = await findNamed(contract, withTriple(contract.binary, triple), target)
    return { file, chosenBy: 'contract' }
  }
  await requireSources(contract)
  onProgress('building …')
  const built = await build(
    { plan: contract.build, output: contract.binary, triple: target },
    {
      signal,
      onPhase: phase => onProgress(`build: ${phase} done`),
      onOutput: line => onProgress(`build: ${line}`),
    },
  )
  const name = built.cached ? 'build (unchanged)' : 'build'
  const ms = performance.now() - startedAtMs
  return { file: built.path, chosenBy: 'contract', sha256: built.sha256, phasesBefore: [{ name, ms }] }
}

/** Throws ContractError where what a contract would build from is not there. */
export async function requireSources({ build, file }: Contract): Promise<void> {
  const source = sourceOf(build)
  if (source === null || (await source.isThere(source.path))) return
  throw new ContractError(file, [{ at: `build.${source.key}`, message: `there is no ${source.path}` }])
}

interface Source {
  /** Of the contract. */
  readonly key: string
  readonly path: string
  isThere(path: string): Promise<boolean>
}

/** What a plan names of the disk: without it a tool says something else, or is itself said not to be there. */
function sourceOf(build: BuildPlan | null): Source | null {
  if (build === null) return null
  if ('entry' in build) return { key: 'entry', path: build.entry, isThere: isFile }
  if (build.by === 'go') return { key: 'package', path: build.directory, isThere: isDirectory }
  if (build.by === 'cargo' && build.manifest !== null)
    return { key: 'manifest', path: build.manifest, isThere: isFile }
  return null
}

/** People write the name that they see, and the triple is added to it. Throws ContractError where that was it. */
async function findNamed(
  { binary, file, app }: Contract,
  withTriple: string,
  target: string | undefined,
): Promise<string> {
  if (binary === null || (await isThere(withTriple))) return withTriple
  if (app !== 'tauri') {
    // The triple is Tauri's convention: other sidecars have a name of their own.
    const isWindows = target === undefined ? process.platform === 'win32' : target.includes('-windows-')
    return isWindows ? `${binary}.exe` : binary
  }
  if (!(await isThere(binary))) {
    const others = await builtForOthers(binary)
    if (others.length === 0) return withTriple
    const message = `there is no ${basename(withTriple)}, which is what ${target ?? 'this machine'} needs, but ${others.join(', ')}`
    throw new ContractError(file, [{ at: 'binary', message }])
  }
  const message = `the target triple is added to it, and there is no ${basename(withTriple)}, while ${basename(binary)} is there: rename that, or give it to the command itself`
  throw new ContractError(file, [{ at: 'binary', message }])
}

/** The same sidecar's files for other targets: a build for this machine's was left out, or has not been run yet. */
async function builtForOthers(binary: string): Promise<readonly string[]> {
  const { findTargetInName } = await import('../artifact/triple.ts')
  // What cannot be listed is told by whoever opens the file.
  const names = await readdir(dirname(binary)).catch((): string[] => [])
  return names
    .filter(name => {
      const triple = findTargetInName(name)?.triple
      return triple !== undefined && name.replace(/\.exe$/i, '') === `${basename(binary)}-${triple}`
    })
    .sort()
}

/** A named pipe would keep the bundler for ever. */
async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
