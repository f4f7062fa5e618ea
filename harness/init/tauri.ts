import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { z } from 'zod'
import type { App } from './app.ts'
import { readJson } from './read-json.ts'

const binaries = z.array(z.string()).optional()

/** Version 1 has all of it below `tauri`, version 2 has not. */
const config = z.object({
  tauri: z.object({ bundle: z.object({ externalBin: binaries }).optional() }).optional(),
  bundle: z.object({ externalBin: binaries }).optional(),
})

/** Where `tauri init` puts it; and the project itself, for whoever is in there already. */
const DIRECTORIES = ['src-tauri', '.']
const CONFIG = 'tauri.conf.json'
/** Tauri reads these, too (its `config-json5` and `config-toml` features); a parser for each is not carried along. */
const UNREAD = ['tauri.conf.json5', 'Tauri.toml']
/** Merged over the other one on that platform: https://v2.tauri.app/develop/configuration-files/. */
const PLATFORM_CONFIG = /^tauri\.(linux|macos|windows|android|ios)\.conf\.json5?$|^Tauri\.\w+\.toml$/

/** On Windows a window's origin is an HTTP one, secure in version 1. */
const ORIGINS = {
  1: ['tauri://localhost', 'https://tauri.localhost'],
  2: ['tauri://localhost', 'http://tauri.localhost'],
} as const

/** The Tauri app of a project, with the sidecars of its `externalBin`. Null where there is none. */
export async function findTauri(directory: string): Promise<App | null> {
  for (const place of DIRECTORIES) {
    const files = await readdir(join(directory, place)).catch((): string[] => [])
    const relative = (file: string) => posix.join(place, file)
    const unread = files.filter(file => PLATFORM_CONFIG.test(file)).map(relative)
    const notes = unread.map(file => `${file} was not read: sidecars that it adds are missing.`)
    if (files.includes(CONFIG)) return readConfig(directory, place, notes)
    const other = UNREAD.find(file => files.includes(file))
    if (other !== undefined) {
      const note = `${relative(other)} was not read (only ${CONFIG} is): write the sidecar's path into the contract.`
      return { ...tauri(2, relative(other)), binaries: [], notes: [note, ...notes] }
    }
  }
  return null
}

async function readConfig(directory: string, place: string, notes: readonly string[]): Promise<App> {
  const file = posix.join(place, CONFIG)
  const reading = await readJson(join(directory, file), config)
  if (reading === null || 'problem' in reading) {
    const note = `${file} could not be read (${reading?.problem}): write the sidecar's path into the contract.`
    return { ...tauri(2, file), binaries: [], notes: [note, ...notes] }
  }
  const { tauri: first, bundle } = reading.value
  const version = first === undefined ? 2 : 1
  const named = (version === 1 ? first?.bundle : bundle)?.externalBin ?? []
  const none = `${file} has no externalBin, so it does not say which sidecar the app ships.`
  return {
    ...tauri(version, file),
    binaries: named.map(binary => posix.join(place, binary.replaceAll('\\', '/'))),
    notes: named.length === 0 ? [none, ...notes] : notes,
  }
}

function tauri(version: 1 | 2, seenIn: string) {
  return { kind: 'tauri', title: `Tauri ${version}`, seenIn, origins: ORIGINS[version] } as const
}
