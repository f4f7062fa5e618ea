import { type TestAPI, test as vitestTest } from 'vitest'
import type { ContractInput } from '../contract/input.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import type { RunningSidecar } from '../sidecar/running.ts'
import type { Sidecar } from '../sidecar/sidecar.ts'
import type { LaunchOptions } from '../sidecar/start.ts'
import { openBook, tellFailure } from './casebook.ts'
import { disposeAll, launchFor, launchShared, prepareToLocate } from './launching.ts'
import { tellBinaries } from './watched.ts'

/** Launches so many instances at once, as many as the contract has in a fleet where nothing is said; they share one home. */
export type LaunchFleet = (instances?: number, options?: LaunchOptions) => Promise<readonly Sidecar[]>

/** What the tests of a file have in common. Those above `sidecarUnderTest` say which sidecar it is: override them. */
export interface FileFixtures {
  /** The contract's file; the nearest sidecar.config.* from the spec's directory up. */
  config: string | URL | undefined
  /** The contract itself, instead of a file. */
  contract: ContractInput | undefined
  /** The name of one contract, of a file that holds several. */
  sidecarName: string | undefined
  /** The binary; the contract's own, built where it says how. SIDECAR_BINARY in the environment wins over it. */
  binary: string | undefined
  /** What all this comes to. */
  sidecarUnderTest: SidecarUnderTest
  /** One instance for all tests of the file: launched for the first that asks for it, stopped after the last. */
  sharedSidecar: Sidecar
}

export interface TestFixtures {
  /** Arguments, variables, a port: how `sidecar` is launched. To be overridden, in a `describe` too. */
  launchOptions: LaunchOptions
  /** An instance of the test's own: launched, ready, recorded; stopped and looked after when the test is over. */
  sidecar: Sidecar
  fleet: LaunchFleet
}

export interface SidecarUnderTest {
  readonly resolved: ResolvedContract
  /** The binary, absolute. */
  readonly file: string
}

export type SidecarTest = TestAPI<
  FileFixtures & TestFixtures & { readonly $__file?: FileFixtures; readonly $__test?: TestFixtures }
>

/** Vitest's `test`, with sidecars. */
export const test: SidecarTest = vitestTest
  .extend('config', { scope: 'file' }, (): string | URL | undefined => undefined)
  .extend('contract', { scope: 'file' }, (): ContractInput | undefined => undefined)
  .extend('sidecarName', { scope: 'file' }, (): string | undefined => undefined)
  .extend('binary', { scope: 'file' }, (): string | undefined => undefined)
  .extend('locateSidecar', { scope: 'file' }, ({ config, contract, sidecarName, binary }) => {
    return prepareToLocate({ config, contract, sidecar: sidecarName, binary })
  })
  .extend('sidecarUnderTest', { scope: 'file' }, ({ locateSidecar }) => locateSidecar())
  .extend('sharedSidecar', { scope: 'file' }, async ({ sidecarUnderTest }, { onCleanup }) => {
    const shared = await launchShared(sidecarUnderTest)
    onCleanup(() => disposeAll([shared]))
    return shared as Sidecar
  })
  .extend('launchOptions', (): LaunchOptions => ({}))
  // Of every test: one that uses what is shared is explained by that, too.
  .extend('tellsOfSidecars', { auto: true }, ({ task, onTestFailed }) => {
    tellBinaries(task.file)
    openBook(task)
    onTestFailed(() => tellFailure(task))
  })
  .extend(
    'sidecar',
    async ({ sidecarUnderTest, launchOptions, task, signal, onTestFinished }, { onCleanup }) => {
      const test = { task, signal, onTestFinished }
      const [launched] = await launchFor(test, sidecarUnderTest, 1, launchOptions)
      onCleanup(() => disposeAll([launched]))
      return launched as Sidecar
    },
  )
  .extend(
    'fleet',
    ({ sidecarUnderTest, launchOptions, task, signal, onTestFinished }, { onCleanup }): LaunchFleet => {
      const test = { task, signal, onTestFinished }
      const starts: Promise<readonly RunningSidecar[]>[] = []
      // Also of those that nobody waited for.
      onCleanup(async () => {
        const fleets = await Promise.allSettled(starts)
        await disposeAll(fleets.flatMap(fleet => (fleet.status === 'fulfilled' ? fleet.value : [])))
      })
      const { instances: usual } = sidecarUnderTest.resolved.contract.fleet
      return (instances = usual, options = launchOptions) => {
        const start = launchFor(test, sidecarUnderTest, instances, options)
        starts.push(start)
        return start
      }
    },
  ) as unknown as SidecarTest

/** A large backend takes minutes to build; all else is nothing beside that. */
const PREPARATION_MS = 300_000

// Before the first test, so that none pays for it with its own time: what launches and judges is loaded, the sidecar is
// located, and built where no global setup did that. What goes wrong in it is told by the tests that need a sidecar.
;(test as unknown as TestAPI<Preparing>).beforeAll(async ({ locateSidecar }) => {
  const modules = [
    import('../sidecar/start.ts'),
    import('../sidecar/running.ts'),
    import('../sidecar/not-ready.ts'),
  ]
  await Promise.allSettled([...modules, locateSidecar()])
}, PREPARATION_MS)

type Preparing = { locateSidecar: () => Promise<SidecarUnderTest> } & {
  readonly $__file?: { locateSidecar: () => Promise<SidecarUnderTest> }
}
