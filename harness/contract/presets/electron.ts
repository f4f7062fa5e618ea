import { statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { z } from 'zod'
import type { ContractInput } from '../input.ts'
import { builderConfig, type Taken } from './electron-builder.ts'
import { type Preset, problem } from './preset.ts'
import { namesIn, readJson } from './read-json.ts'

/** electron-builder's word for this machine's system, which is also what `${os}` stands for. */
const HERE = ({ win32: 'win', darwin: 'mac' } as const)[process.platform as 'win32' | 'darwin'] ?? 'linux'
const MACROS: Readonly<Record<string, string>> = {
  os: HERE,
  platform: process.platform,
  arch: process.arch,
}

const config = builderConfig.transform(({ everywhere, ...own }) => ({
  beside: [...everywhere.beside, ...own[HERE].beside],
  unpacked: [...everywhere.unpacked, ...own[HERE].unpacked],
}))

/** Programs of modules are their own affair. */
const OF_A_MODULE = /^(\*\*\/)?node_modules(\/|$)/
/** The part of a pattern from the first of its names on that stands for several. */
const GLOB = /(^|\/)[^/]*[*?{[!].*$/

const EXECUTABLE_BITS = 0o111
const NO_PROGRAM = /\.(so|dylib|dll|node|sh|py|js|mjs|cjs)(\.\d+)*$/i

/**
 * A sidecar of an Electron app. Electron knows no sidecars: where electron-builder's configuration takes one program
 * along beside the app, or else unpacked with it, that is it. Of several the contract has to name one, and any may be
 * named that is not there.
 */
export const electron: Preset = (written, directory) => {
  const app: ContractInput = { app: 'electron' }
  if (written.binary !== undefined) return { defaults: [app] }
  const read = readConfig(directory)
  if ('problem' in read) return problem('preset', read.problem)
  const { beside, unpacked } = read.taken
  const programs = programsIn(directory, beside) ?? programsIn(directory, unpacked.filter(isOwn)) ?? []
  const [only, ...others] = programs
  if (others.length > 0) {
    const message = `${read.file} takes several programs along, ${programs.join(', ')}: name the sidecar's`
    return problem('binary', message)
  }
  return { defaults: [only === undefined ? app : { ...app, binary: only }] }
}

/** Of electron-builder's files those that are JSON: package.json with a key `build`, and electron-builder.json. */
function readConfig(
  directory: string,
): { readonly file: string; readonly taken: Taken } | { readonly problem: string } {
  const manifest = readJson(join(directory, 'package.json'))
  const build =
    manifest.kind === 'value'
      ? z.object({ build: z.unknown() }).safeParse(manifest.value).data?.build
      : undefined
  const isInManifest = build !== undefined
  const file = isInManifest ? 'package.json' : 'electron-builder.json'
  const reading = isInManifest ? ({ kind: 'value', value: build } as const) : readJson(join(directory, file))
  if (reading.kind === 'missing') return { file, taken: { beside: [], unpacked: [] } }
  if (reading.kind === 'unreadable') return { problem: `${file} cannot be read as JSON: ${reading.why}` }
  const parsed = config.safeParse(reading.value)
  return parsed.success
    ? { file, taken: parsed.data }
    : {
        problem: `what ${file} has of extraResources, extraFiles or asarUnpack is none of electron-builder's forms`,
      }
}

function isOwn(pattern: string): boolean {
  return !OF_A_MODULE.test(pattern)
}

/** Each once; null where there is none. */
function programsIn(directory: string, resources: readonly string[]): readonly string[] | null {
  const programs = new Set(resources.flatMap(path => programsAt(directory, path)))
  return programs.size === 0 ? null : [...programs]
}

/** The programs that are there: the file itself, or those directly in the directory. */
function programsAt(directory: string, resource: string): readonly string[] {
  const path = resource
    .replaceAll('\\', '/')
    .replaceAll(/\$\{(\w+)\}/g, (macro, name: string) => MACROS[name] ?? macro)
    .replace(GLOB, '')
    .replace(/\/$/, '')
  // What stands for files anywhere names none.
  if (path === '') return []
  if (isProgram(join(directory, path))) return [path.replace(/\.exe$/i, '')]
  return namesInDirectory(join(directory, path))
    .filter(name => isProgram(join(directory, path, name)))
    .map(name => posix.join(path, name.replace(/\.exe$/i, '')))
}

function namesInDirectory(path: string): readonly string[] {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? namesIn(path) : []
}

function isProgram(path: string): boolean {
  const about = statSync(path, { throwIfNoEntry: false })
  if (!about?.isFile() || NO_PROGRAM.test(path)) return false
  // Windows has no such bits.
  return process.platform === 'win32' ? /\.exe$/i.test(path) : (about.mode & EXECUTABLE_BITS) !== 0
}
