import { join } from 'node:path'
import type { AppKind } from '../contract/contract.ts'
import { findElectron } from './electron.ts'
import type { Manifest } from './manifest.ts'
import { isThere } from './repository.ts'
import { findTauri } from './tauri.ts'

/** The desktop app that a project is, as its own files tell it. */
export interface App {
  readonly kind: AppKind
  /** What to call it: `Tauri 2`. */
  readonly title: string
  /** The file that says so, relative to the project. */
  readonly seenIn: string
  /** Its sidecars, relative to the project, with `/`, without target triple. */
  readonly binaries: readonly string[]
  /** Origins of its windows. */
  readonly origins: readonly string[]
  /** What was not read, or not understood, and why. */
  readonly notes: readonly string[]
}

/** Null where the project is none that is known here. */
export async function findApp(directory: string, manifest: Manifest | null): Promise<App | null> {
  return (
    (await findTauri(directory)) ??
    (await findElectron(directory, manifest)) ??
    (await findByFile(directory, 'wails', 'Wails', 'wails.json')) ??
    (await findByFile(directory, 'flutter', 'Flutter', 'pubspec.yaml'))
  )
}

/** Neither has a place of its own for sidecars: each app ships them in its own way. */
async function findByFile(
  directory: string,
  kind: AppKind,
  title: string,
  file: string,
): Promise<App | null> {
  if (!(await isThere(join(directory, file)))) return null
  const notes = [`${file} does not say which sidecar the app ships.`]
  return { kind, title, seenIn: file, binaries: [], origins: [], notes }
}
