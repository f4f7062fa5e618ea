import { inject } from 'vitest'
import type { Contract } from '../contract/contract.ts'

/** What the global setup found before the first test: handed to each worker. */
export interface ProvidedSidecars {
  /** The contract's file, where the project has one. */
  readonly config: string | null
  /** The binary of each contract: built, or located. */
  readonly binaries: Readonly<Record<string, string>>
  /** Where Vitest keeps what is attached to tests. */
  readonly attachmentsDirectory: string
}

declare module 'vitest' {
  interface ProvidedContext {
    sidecarHarness?: ProvidedSidecars
  }
  interface TaskMeta {
    /** The binaries that a spec file has launched: when one of them changes, it runs again. */
    sidecarBinaries?: string[]
  }
}

/** Null where there is no global setup: what it would have done is done by whoever needs it first. */
export function readProvided(): ProvidedSidecars | null {
  return inject('sidecarHarness') ?? null
}

/** A project can have several files, and each of them several contracts. */
export function keyOf({ file, name }: Contract): string {
  return `${file ?? ''}#${name}`
}
