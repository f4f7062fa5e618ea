import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ToolMissingError } from './errors.ts'

/** The Node that the application is put into. */
export interface BaseNode {
  /** Absolute path. */
  readonly path: string
  /** `24.21.0`. */
  readonly version: string
  readonly bytes: number
  readonly mtimeMs: number
}

/**
 * The binary of the npm package `node`, so that a lockfile decides which Node is shipped and every
 * machine builds from the same one. A project without that package gets the Node that runs this.
 * Throws ToolMissingError when the package is there and its binary is not.
 */
export async function findBaseNode(): Promise<BaseNode> {
  const pinned = findPinnedNode()
  if (pinned === null) return describe(process.execPath, process.versions.node)

  try {
    return await describe(pinned.path, pinned.version)
  } catch (cause) {
    // The package itself is a few lines; its install script fetches the binary.
    throw new ToolMissingError(
      'node',
      `The package node@${pinned.version} is installed, but its install script has not run: allow it ` +
        '(pnpm: `allowBuilds: { node: true }` in pnpm-workspace.yaml) and install again.',
      { cause },
    )
  }
}

function findPinnedNode(): { path: string; version: string } | null {
  const require = createRequire(import.meta.url)
  try {
    const manifest = require.resolve('node/package.json')
    const { version } = require(manifest) as { version: string }
    return {
      path: join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
      version,
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

async function describe(path: string, version: string): Promise<BaseNode> {
  const { size, mtimeMs } = await stat(path)
  return { path, version, bytes: size, mtimeMs }
}
