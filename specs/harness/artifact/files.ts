import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { dir } from 'tmp-promise'
import { onTestFinished } from 'vitest'

/** The Node that runs the specs: a large program linked with its system's libc. */
export const NODE_BINARY: string = process.execPath

/** A static Go program without notes. */
export const ESBUILD_BINARY: string = createRequire(
  createRequire(import.meta.url).resolve('esbuild/package.json'),
).resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`)

/** A directory that is gone after the test. */
export async function makeDirectory(): Promise<string> {
  const { path, cleanup } = await dir({ prefix: 'artifact-', unsafeCleanup: true })
  onTestFinished(() => cleanup())
  return path
}

/** Writes an executable file into a directory of its own and gives its path. */
export async function writeArtifact(content: string | Uint8Array, name = 'backend'): Promise<string> {
  const path = join(await makeDirectory(), name)
  await writeFile(path, content)
  await chmod(path, 0o755)
  return path
}

/** Copies a program into a directory of its own, for a test to damage. */
export async function copyArtifact(program: string, name = 'backend'): Promise<string> {
  const path = join(await makeDirectory(), name)
  await copyFile(program, path)
  await chmod(path, 0o755)
  return path
}
