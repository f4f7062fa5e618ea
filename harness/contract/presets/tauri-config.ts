import { join, posix } from 'node:path'
import { STOP_PLATFORMS, stopPlatform } from '../stop-here.ts'
import { namesIn, readJson } from './read-json.ts'
import { type TauriContent, tauriContent } from './tauri-content.ts'
import { isRecord } from './under.ts'

/** What is read of a Tauri app's configuration. */
export interface TauriConfig {
  /** The configuration's file, from the contract's directory, and the directory that it is in, in the same way. */
  readonly file: string
  readonly place: string
  /** Absolute path of that directory. */
  readonly directory: string
  readonly version: 1 | 2
  /** Where the sidecars stand in it: `bundle.externalBin`. */
  readonly key: string
  /** As they are written there, for this platform. */
  readonly sidecars: readonly string[]
  /** On any platform for which that can be read. */
  readonly everywhere: readonly string[]
  readonly origins: readonly string[]
  /** Version 1 has what its pages may run in the configuration itself, version 2 in files of its own. */
  readonly content: TauriContent
}

/** Where `tauri init` puts it; and the contract's directory itself. */
const PLACES = ['', 'src-tauri']
const FILE = 'tauri.conf.json'
const OTHERS = ['tauri.conf.json5', 'Tauri.toml']
const INSTEAD = 'leave the preset out, and write app: "tauri" and binary: "src-tauri/binaries/<name>"'

/** Reads the configuration as Tauri does: tauri.conf.json, with the platform's own laid over it. */
export function readTauriConfig(
  directory: string,
): { readonly config: TauriConfig } | { readonly problem: string } {
  const place = PLACES.find(each => namesIn(join(directory, each)).includes(FILE))
  if (place === undefined) return { problem: whyNoConfig(directory) }
  const from = join(directory, place)
  const file = posix.join(place, FILE)
  const here = readFor(from, stopPlatform(process.platform))
  if ('problem' in here) return { problem: `${posix.join(place, here.file)} ${here.problem}` }
  const read = here.content
  const elsewhere = STOP_PLATFORMS.map(each => readFor(from, each))
  const version = read.tauri == null ? 2 : 1
  return {
    config: {
      file,
      place,
      directory: from,
      version,
      key: version === 1 ? 'tauri.bundle.externalBin' : 'bundle.externalBin',
      sidecars: sidecarsOf(read),
      everywhere: elsewhere.flatMap(each => ('content' in each ? sidecarsOf(each.content) : [])),
      origins: ['tauri://localhost', originOnWindows(read)],
      content: read,
    },
  }
}

function whyNoConfig(directory: string): string {
  for (const place of PLACES) {
    const names = namesIn(join(directory, place))
    const other = OTHERS.find(each => names.includes(each))
    if (other !== undefined) {
      return `${posix.join(place, other)} is not read, only ${FILE} is: ${INSTEAD}`
    }
  }
  return `there is no ${FILE} in ${directory} or its src-tauri: ${INSTEAD}`
}

function sidecarsOf({ tauri, bundle }: TauriContent): readonly string[] {
  return (tauri == null ? bundle : tauri.bundle)?.externalBin ?? []
}

/** There a window's page comes by HTTP; whether securely is a setting whose default version 2 turned around. */
function originOnWindows({ tauri, app }: TauriContent): string {
  const isSecure =
    tauri == null
      ? (app?.windows ?? []).some(({ useHttpsScheme }) => useHttpsScheme)
      : tauri.security?.dangerousUseHttpScheme !== true
  return `http${isSecure ? 's' : ''}://tauri.localhost`
}

type Read = { readonly content: TauriContent } | { readonly file: string; readonly problem: string }

function readFor(directory: string, platform: string | undefined): Read {
  const names = namesIn(directory)
  const own = `tauri.${platform}.conf.json`
  const unread = [`${own}5`, `Tauri.${platform}.toml`].find(each => names.includes(each))
  if (!names.includes(own) && unread !== undefined) {
    return {
      file: unread,
      problem: `is laid over ${FILE} here, and is not read, as it is no JSON: ${INSTEAD}`,
    }
  }
  const files = [FILE, ...(names.includes(own) ? [own] : [])]
  let merged: unknown
  for (const file of files) {
    const reading = readJson(join(directory, file))
    if (reading.kind !== 'value') {
      const why = reading.kind === 'missing' ? 'it is gone' : reading.why
      return { file, problem: `cannot be read as JSON: ${why}` }
    }
    merged = patch(merged, reading.value)
  }
  const parsed = tauriContent.safeParse(merged)
  if (parsed.success) return { content: parsed.data }
  const said = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return { file: files.at(-1) ?? FILE, problem: `is no configuration of Tauri: ${said.join('; ')}` }
}

/** JSON Merge Patch, RFC 7396, by which Tauri lays one over the other: null takes a key away, lists are replaced. */
function patch(target: unknown, over: unknown): unknown {
  if (!isRecord(over)) return over
  const patched: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete patched[key]
    else patched[key] = patch(patched[key], value)
  }
  return patched
}
