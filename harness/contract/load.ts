import { access, stat } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suggest } from '../text/nearest.ts'
import { readRegular } from '../text/read-regular.ts'
import { ContractError } from './errors.ts'
import type { ResolvedContract } from './resolve.ts'

const MODULE_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs']

/** A module that says what a sidecar promises is there within a second. One that takes so long waits for what never comes. */
const LOAD_MS = 20_000

/**
 * Reads a contract file that holds one contract, or the one of this name from a file that holds several.
 * Throws ContractError, as loadContracts does, and where no contract, or more than one, is meant.
 */
export async function loadContract(path: string, name?: string): Promise<ResolvedContract> {
  const contracts = chooseContracts(await loadContracts(path), name === undefined ? [] : [name])
  const [only, another] = contracts
  if (only !== undefined && another === undefined) return only
  const names = contracts.map(({ contract }) => contract.name).join(', ')
  throw new ContractError(resolve(path), [
    { at: '', message: `it holds several contracts, ${names}: name one` },
  ])
}

/** The contracts of these names; all of them where none is named. Throws ContractError for a name that none has. */
export function chooseContracts(
  contracts: readonly ResolvedContract[],
  names: readonly string[],
): readonly ResolvedContract[] {
  const known = contracts.map(({ contract }) => contract.name)
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined) {
    const message = `it holds no contract "${unknown}". ${suggest(unknown, known)}`
    throw new ContractError(contracts[0]?.contract.file ?? null, [{ at: '', message }])
  }
  return names.length === 0 ? contracts : contracts.filter(({ contract }) => names.includes(contract.name))
}

/**
 * Reads a contract file: a module whose default export is a contract, or a list of them for a project with several
 * sidecars; or the same as JSON. Throws ContractError, with the file's name, for one that is missing, broken or wrong.
 */
export async function loadContracts(
  path: string,
  withinMs: number = LOAD_MS,
): Promise<readonly ResolvedContract[]> {
  const file = resolve(path)
  const known = [...MODULE_EXTENSIONS, '.json']
  if (!known.includes(extname(file))) {
    throw new ContractError(file, [{ at: '', message: `a contract file ends in one of ${known.join(', ')}` }])
  }
  await access(file).catch(cause => {
    throw new ContractError(file, [{ at: '', message: 'there is no such file' }], { cause })
  })
  const input = extname(file) === '.json' ? await readJson(file) : await importModule(file, withinMs)
  // Its validators take longer to load than all the rest, and a file that is not there needs none.
  const { resolveContracts } = await import('./resolve.ts')
  return resolveContracts(input, { file, directory: dirname(file) })
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readRegular(file))
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function importModule(file: string, withinMs: number): Promise<unknown> {
  if (!(await stat(file)).isFile()) throw new ContractError(file, [{ at: '', message: 'it is no file' }])
  let module: { default?: unknown }
  try {
    module = await inTime(import(pathToFileURL(file).href), withinMs)
  } catch (error) {
    throw isTakenForCommonJs(error) ? takenForCommonJs(file, error) : unreadable(file, error)
  }
  if (module.default === undefined) {
    throw new ContractError(file, [
      { at: '', message: 'it has no default export; write: export default defineContract({ … })' },
    ])
  }
  return module.default
}

/** What the module comes to; an error where it has not by then, because a top-level `await` in it waits on. */
async function inTime<T>(loading: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const why = `it is not loaded after ${withinMs} ms: an \`await\` in it, or in what it imports, never ends`
    timer = setTimeout(() => reject(new Error(why)), withinMs)
    // Where nothing else is under way either, Node ends by itself, and says so sooner.
    timer.unref()
  })
  try {
    return await Promise.race([loading, late])
  } finally {
    clearTimeout(timer)
  }
}

/** `npm init` writes "type": "commonjs" since npm 11, and Node believes it. */
function isTakenForCommonJs(error: unknown): error is SyntaxError {
  return (
    error instanceof SyntaxError &&
    /^(Unexpected token 'export'|Cannot use import statement outside a module)/.test(error.message)
  )
}

function takenForCommonJs(file: string, cause: SyntaxError): ContractError {
  const name = basename(file).replace(/\.([tj])s$/, '.m$1s')
  const message = `${cause.message}: Node takes it for CommonJS, as the nearest package.json says; name it ${name}, or write "type": "module" there`
  return new ContractError(file, [{ at: '', message }], { cause })
}

function unreadable(file: string, error: unknown): ContractError {
  const message = error instanceof Error ? error.message : String(error)
  return new ContractError(file, [{ at: '', message }], { cause: error })
}
