import { readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ContractError } from './errors.ts'

/** The names of a contract file, in the order in which they are told. */
export const CONTRACT_FILES: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'json'].map(
  extension => `sidecar.config.${extension}`,
)

/**
 * The contract file of a project: the nearest one from a directory up. Null where there is none. Throws ContractError
 * where one directory holds two: which of them counts would be a guess.
 */
export async function findContractFile(from: string): Promise<string | null> {
  let directory = resolve(from)
  for (;;) {
    const names = namesIn(directory)
    const found = CONTRACT_FILES.filter(name => names.includes(name))
    if (found.length > 1) {
      const message = `it holds ${found.join(' and ')}: keep one, or name it with --config`
      throw new ContractError(directory, [{ at: '', message }])
    }
    if (found[0] !== undefined) return join(directory, found[0])
    const above = dirname(directory)
    if (above === directory) return null
    directory = above
  }
}

/** At once: it is a handful of directories, and node:fs/promises would have to be loaded for it. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    // What cannot be listed holds nothing that could be read.
    return []
  }
}
