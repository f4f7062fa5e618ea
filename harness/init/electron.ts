import { readdir, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { hostTriple } from '../build/triple.ts'
import { builderConfig } from '../contract/presets/electron-builder.ts'
import type { App } from './app.ts'
import { type Manifest, rangeOf } from './manifest.ts'
import { readJson } from './read-json.ts'

const config = builderConfig.transform(({ everywhere, linux, mac, win }) => [
  ...new Set([everywhere, linux, mac, win].flatMap(({ beside }) => beside)),
])

const CONFIG_FILE = 'electron-builder.json'
/** electron-builder and Electron Forge read these, which are programs, or need a parser of their own. */
const UNREAD =
  /^(electron-builder\.(json5|toml|ya?ml|c?js|mjs|ts)|electron-builder\.config\.\w+|forge\.config\.\w+)$/

/** `${os}`, `${arch}` and `*` stand for what differs from build to build. */
const VARIES = /[$*{]/
const EXECUTABLE_BITS = 0o111

/** The Electron app of a project, with the programs among its extra resources. Null where it is none. */
export async function findElectron(directory: string, manifest: Manifest | null): Promise<App | null> {
  if (manifest === null || rangeOf('electron', manifest) === null) return null
  const files = await readdir(directory)
  const notes = files
    .filter(file => UNREAD.test(file))
    .map(file => `${file} was not read: write the path of a sidecar that it names into the contract.`)
  const read = await readConfig(directory, manifest)
  if (read !== null && 'problem' in read.reading) notes.unshift(`${read.seenIn}: ${read.reading.problem}`)
  const resources = read !== null && 'value' in read.reading ? read.reading.value : []
  const binaries = await findPrograms(directory, resources)
  if (binaries.length === 0 && notes.length === 0) {
    notes.push('No program is among the extra resources, so nothing says which sidecar the app ships.')
  }
  return {
    kind: 'electron',
    title: 'Electron',
    seenIn: binaries.length > 0 && read !== null ? read.seenIn : 'package.json',
    binaries,
    // A window loaded from a file has the origin "null", and one of a scheme of its own has that.
    origins: [],
    notes,
  }
}

async function readConfig(directory: string, manifest: Manifest) {
  if (manifest.build !== undefined) {
    const parsed = config.safeParse(manifest.build)
    const reading = parsed.success
      ? { value: parsed.data }
      : { problem: 'its `build` is no configuration of electron-builder' }
    return { reading, seenIn: 'package.json' }
  }
  const reading = await readJson(join(directory, CONFIG_FILE), config)
  return reading === null ? null : { reading, seenIn: CONFIG_FILE }
}

/** The programs that are there already, by themselves or directly in a directory. */
async function findPrograms(directory: string, resources: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const resource of resources.filter(path => !VARIES.test(path))) {
    const path = posix.normalize(resource.replaceAll('\\', '/')).replace(/\/$/, '')
    const names = await readdir(join(directory, path)).catch(() => null)
    const candidates = names === null ? [path] : names.map(name => posix.join(path, name))
    for (const candidate of candidates.sort()) {
      if (await isProgram(join(directory, candidate)))
        found.push(withoutTriple(candidate.replace(/\.exe$/i, '')))
    }
  }
  return [...new Set(found)]
}

/** It is added to what a contract names. */
function withoutTriple(path: string): string {
  const ending = `-${hostTriple()}`
  return path.endsWith(ending) ? path.slice(0, -ending.length) : path
}

async function isProgram(path: string): Promise<boolean> {
  const about = await stat(path).catch(() => null)
  if (about === null || !about.isFile()) return false
  if (/\.exe$/i.test(path)) return true
  // Libraries beside it have the bits as well.
  return (
    (about.mode & EXECUTABLE_BITS) !== 0 && !/\.(so|dylib|dll|node|sh|py|js|mjs|cjs)(\.\d+)*$/i.test(path)
  )
}
