import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { ArtifactInterpreter } from './description.ts'

/** Looks up on this machine what a file names as its interpreter. */
export async function lookUpInterpreter(
  path: string,
  argument: string | null = null,
): Promise<ArtifactInterpreter> {
  return { path, argument, exists: await isProgramFile(path) }
}

/** A relative path counts as missing: the kernel resolves it against the working directory, which is nobody's promise. */
async function isProgramFile(path: string): Promise<boolean> {
  if (!isAbsolute(path)) return false
  return stat(path).then(
    stats => stats.isFile(),
    () => false,
  )
}
