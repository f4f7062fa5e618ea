import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { hashFile } from '../build/identity.ts'
import { printable } from '../text/printable.ts'

/** Where `--save --with-binary` keeps the binary that a baseline was measured of. */
export function binaryBeside(baseline: string): string {
  return `${baseline}.binary`
}

/**
 * What is wrong with it as the binary that a baseline was measured of, in words that go on from its path; null where it is
 * that one, and can be launched. Throws what the system says where it cannot be read.
 */
export async function whyNotThis(
  path: string,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: number },
): Promise<string | null> {
  const about = await stat(path).catch(() => null)
  if (about === null) return 'is gone'
  if (!about.isFile()) return 'is no file'
  if (about.size !== bytes || (await hashFile(path)) !== sha256) return 'is not the same file any more'
  // Stores of a CI system's artifacts lose the mode.
  const mayRun = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  return mayRun ? null : 'may not be executed (chmod +x)'
}

/** Whether anything has that name. */
export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

/** Where the older binary is, or why it takes no turns. */
export type Older = { readonly path: string } | { readonly path: null; readonly reason: string }

/** The one that the baseline names. What cannot be read is as good as gone. */
export async function lookWhereItWas(file: {
  readonly path: string
  readonly sha256: string
  readonly bytes: number
}): Promise<Older> {
  const problem = await whyNotThis(file.path, file).catch(() => 'cannot be read')
  return problem === null ? { path: file.path } : { path: null, reason: `${printable(file.path)} ${problem}` }
}
