import { createRequire } from 'node:module'
import { ToolMissingError } from './errors.ts'

/** pkg-worker.ts reaches for a function of this version that pkg promises to nobody. */
export const PKG_VERSION = '6.23.0'

/**
 * What a build takes beside the harness, and as what it is asked for. They are large, and whoever brings a binary needs
 * none of them: so they are optional peers, which nobody gets who does not ask.
 */
const TOOLS: Readonly<Record<Tool, string>> = {
  esbuild: 'esbuild',
  '@yao-pkg/pkg': `@yao-pkg/pkg@${PKG_VERSION}`,
  // All of its versions are alphas: without one npm takes it, and a range would not.
  postject: 'postject@1.0.0-alpha.6',
}

export type Tool = 'esbuild' | '@yao-pkg/pkg' | 'postject'

/** Throws ToolMissingError that names all that is missing, and the command that installs it. */
export function requireTools(tools: readonly Tool[]): void {
  const missing = tools.filter(tool => !isInstalled(tool))
  if (missing.length === 0) return
  const packages = missing.map(tool => TOOLS[tool]).join(' ')
  throw new ToolMissingError(
    missing.join(' and '),
    `Install what is missing beside the harness: npm install --save-dev --save-exact ${packages}`,
  )
}

/** The version of a tool that is installed. */
export function versionOf(tool: Tool): string {
  return (createRequire(import.meta.url)(`${tool}/package.json`) as { version: string }).version
}

function isInstalled(tool: Tool): boolean {
  try {
    createRequire(import.meta.url).resolve(`${tool}/package.json`)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false
    throw error
  }
}
