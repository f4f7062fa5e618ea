import { access, readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ContractError } from './errors.ts'
import { type ResolvedContract, resolveContract } from './resolve.ts'

const MODULE_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs']

/**
 * Reads a contract file: a module whose default export is the contract, or JSON.
 * Throws ContractError, with the file's name, for one that is missing, broken or wrong.
 */
export async function loadContract(path: string): Promise<ResolvedContract> {
  const file = resolve(path)
  const known = [...MODULE_EXTENSIONS, '.json']
  if (!known.includes(extname(file))) {
    throw new ContractError(file, [{ at: '', message: `a contract file ends in one of ${known.join(', ')}` }])
  }
  await access(file).catch(cause => {
    throw new ContractError(file, [{ at: '', message: 'there is no such file' }], { cause })
  })
  const input = extname(file) === '.json' ? await readJson(file) : await importModule(file)
  return resolveContract(input, { file, directory: dirname(file) })
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function importModule(file: string): Promise<unknown> {
  let module: { default?: unknown }
  try {
    module = await import(pathToFileURL(file).href)
  } catch (error) {
    throw unreadable(file, error)
  }
  if (module.default === undefined) {
    throw new ContractError(file, [
      { at: '', message: 'it has no default export; write: export default defineContract({ … })' },
    ])
  }
  return module.default
}

function unreadable(file: string, error: unknown): ContractError {
  const message = error instanceof Error ? error.message : String(error)
  return new ContractError(file, [{ at: '', message }], { cause: error })
}
