import { resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { ResolvedContract } from '../contract/resolve.ts'
import { keyOf, type ProvidedSidecars } from './provided.ts'
import { watchBinaries } from './watch-binaries.ts'

export type { ProvidedSidecars } from './provided.ts'

export interface GlobalSetupOptions {
  /** The contract's file, from Vitest's root; the nearest sidecar.config.* from there up where it is left out. */
  readonly config?: string
}

/** Undoes a setup: Vitest calls it when all tests are over, or before it exits where it watches. */
export type Teardown = () => void

/**
 * Builds, or locates, the binary of each contract once, before the first test, and hands the paths to all workers:
 * nobody builds it twice, and nobody pays for it in a test's time. Where Vitest watches, a binary that changes runs the
 * spec files again that launch it; and before any rerun what is built from sources is built again, if they changed.
 * Throws what the command line throws: ContractError, BuildError.
 */
export async function provideSidecars(
  project: TestProject,
  { config }: GlobalSetupOptions = {},
): Promise<Teardown> {
  const { root } = project.config
  const { vitest } = project
  const provide = async () => {
    const file = config === undefined ? await findFile(root) : resolve(root, config)
    const binaries = await locate(await readContracts(file, root), message => vitest.logger.log(message))
    const { attachmentsDir } = vitest.config
    project.provide('sidecarHarness', { config: file, binaries, attachmentsDirectory: attachmentsDir })
    return binaries
  }
  const binaries = await provide()
  if (!vitest.config.watch) return () => {}
  const watch = watchBinaries(Object.values(binaries), vitest)
  project.onTestsRerun(async () => watch.follow(Object.values(await provide())))
  return () => watch.close()
}

/** `globalSetup: 'sidecar-harness/vitest/global-setup'`. */
export default function setup(project: TestProject): Promise<Teardown> {
  return provideSidecars(project)
}

async function findFile(root: string): Promise<string | null> {
  const { findContractFile } = await import('../contract/find.ts')
  return findContractFile(root)
}

async function readContracts(file: string | null, root: string): Promise<readonly ResolvedContract[]> {
  if (file !== null) return (await import('../contract/load.ts')).loadContracts(file)
  // The defaults, for a binary that is named; where none is, the specs say what they miss.
  if (!process.env.SIDECAR_BINARY) return []
  const { resolveContract } = await import('../contract/resolve.ts')
  return [resolveContract({}, { file: null, directory: root })]
}

/** One after another: a build takes all processors that there are. */
async function locate(
  contracts: readonly ResolvedContract[],
  say: (message: string) => void,
): Promise<ProvidedSidecars['binaries']> {
  const { findBinary } = await import('../gate/find-binary.ts')
  const binaries: Record<string, string> = {}
  for (const { contract } of contracts) {
    const named = process.env.SIDECAR_BINARY || undefined
    if (named === undefined && contract.binary === null) continue
    const onProgress = (message: string) => {
      if (message.startsWith('building')) say(`${contract.name}: ${message}`)
    }
    binaries[keyOf(contract)] = (await findBinary(contract, named, { onProgress })).file
  }
  return binaries
}
