import { join } from 'node:path'
import type { ArtifactDescription } from '../artifact/description.ts'
import { shellCommand } from '../text/shell.ts'
import type { BundleDescription } from './description.ts'
import type { CopyFinding } from './judge.ts'
import { unpackCommand } from './packages.ts'

/** What to do about a bundle, by the first thing that is wrong with it. */
export function mendBundle(
  { directory, unopened }: BundleDescription,
  copies: readonly CopyFinding[],
  { tested, misnamed }: { readonly tested: ArtifactDescription; readonly misnamed: boolean },
): string {
  const [package_] = unopened
  if (copies.length === 0) {
    const command = package_ === undefined ? null : unpackCommand(join(directory, package_))
    if (command !== null) return `Unpack it and name that directory: ${command}`
    return 'Have the bundler take it along: by `externalBin` with Tauri, by `extraResources` with electron-builder.'
  }
  if (misnamed)
    return 'Name it in `externalBin`, which takes the triple off; `resources` keeps the name as it is.'
  const wrong = copies.find(({ outcome }) => outcome === 'fail')
  switch (wrong?.is) {
    case 'archived':
      return 'Name it in `asarUnpack`, or better in `extraResources`, and launch it from process.resourcesPath.'
    case 'not-executable':
      return 'Give it mode 0755 before it is bundled; artifacts of CI systems, and zip archives, lose it: tar keeps it.'
    case 'link':
      return 'Put the file itself where the link is.'
    case 'damaged':
      return 'Sign the bundle again, as the very last step, the files in it first.'
    case 'other':
      return 'Bundle what was tested, or test what was bundled: one build of each target.'
    case 'stripped':
    case 'changed':
      return mendChange(join(directory, wrong.path), tested)
    default:
      return 'Name the directory of the bundle itself.'
  }
}

/** https://github.com/tauri-apps/tauri/issues/5189; linuxdeploy leaves the symbols where NO_STRIP is set. */
function mendChange(path: string, { format }: ArtifactDescription): string {
  const judge = `judge the copy itself: ${shellCommand(['npx', '--no-install', 'sidecar-harness', 'check', path])}`
  return format === 'elf'
    ? `Keep the bundler from it, for AppImages by NO_STRIP=true in the environment of \`tauri build\`; or ${judge}`
    : `Find out what writes to it after the build; or ${judge}`
}
