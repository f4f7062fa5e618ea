import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type } from './newcomer.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** Builds and packs the package as a release does, and returns the tarball's path. */
export async function packPackage(directory: string): Promise<string> {
  const { code, output } = await type(ROOT, [
    'npx',
    '--yes',
    'pnpm@12',
    'pack',
    '--pack-destination',
    directory,
  ])
  const tarball = (await readdir(directory)).find(name => name.endsWith('.tgz'))
  if (code !== 0 || tarball === undefined) throw new Error(`the package could not be packed:\n${output}`)
  return join(directory, tarball)
}
