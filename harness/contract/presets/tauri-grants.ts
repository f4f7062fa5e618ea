import { readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { z } from 'zod'
import { namesIn, readJson } from './read-json.ts'
import type { TauriConfig } from './tauri-config.ts'
import { type Capability, type ShellEntry, tauriCapability } from './tauri-content.ts'

/** A program that an app's pages are meant to run, and where that stands. */
export interface Grant {
  /** `shell:allow-spawn of src-tauri/capabilities/default.json`. */
  readonly where: string
  readonly name: string
  readonly isSidecar: boolean
  /** True for any; otherwise what becomes of each that the page gives. */
  readonly args: true | readonly ArgumentRule[]
  /** Which of the page's calls see it: each reads the scope of its own permission. */
  readonly calls: readonly ('spawn' | 'execute')[]
  /** Why it is in force nowhere, behind "which"; null where it is. */
  readonly idle: string | null
  /** It is switched off by a list, which may be meant. */
  readonly isOff: boolean
}

/** A text stands for itself, whatever the page gives; a pattern has to fit what it gives. */
export type ArgumentRule = string | { readonly validator: string; readonly isWhole: boolean }

export interface Grants {
  readonly grants: readonly Grant[]
  /** Files that may hold more, and are not read. */
  readonly unread: readonly string[]
}

/** What an app's pages may run: version 1 has one list for all of them, version 2 a file or more. */
export function readGrants(config: TauriConfig): Grants {
  return config.version === 1 ? { grants: readAllowlist(config), unread: [] } : readCapabilities(config)
}

const DESKTOP = ['linux', 'macOS', 'windows']
/** What Tauri reads of `capabilities` beside JSON, the second where it was asked to. */
const NO_JSON = ['.toml', '.json5']
/** Tauri looks into directories, too; nobody has them this deep. */
const MAX_DEPTH = 8

function readCapabilities({ directory, place, content }: TauriConfig): Grants {
  const enabled = content.app?.security?.capabilities ?? []
  const inline = enabled.flatMap(each => capabilitiesIn(each))
  const files = filesBelow(join(directory, 'capabilities'))
  const own = files.flatMap(name => {
    if (!name.endsWith('.json')) return []
    const reading = readJson(join(directory, 'capabilities', name))
    const where = posix.join(place, 'capabilities', name)
    // Tauri itself refuses what it cannot read, and says so better.
    return reading.kind === 'value' ? capabilitiesIn(reading.value).map(each => ({ each, where })) : []
  })
  const isOff = ({ identifier }: Capability) => enabled.length > 0 && !enabled.includes(identifier)
  return {
    grants: [
      ...inline.flatMap(each => grantsOf(each, posix.join(place, 'tauri.conf.json'), false)),
      ...own.flatMap(({ each, where }) => grantsOf(each, where, isOff(each))),
    ],
    unread: files
      .filter(name => NO_JSON.some(end => name.endsWith(end)))
      .map(name => posix.join(place, 'capabilities', name)),
  }
}

function filesBelow(directory: string, depth = 0): readonly string[] {
  if (depth > MAX_DEPTH || namesIn(directory).length === 0) return []
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry =>
      entry.isDirectory()
        ? filesBelow(join(directory, entry.name), depth + 1).map(name => posix.join(entry.name, name))
        : [entry.name],
    )
}

/** A file holds one, a list, or an object with a list. */
function capabilitiesIn(value: unknown): readonly Capability[] {
  const listed = z.object({ capabilities: z.array(z.unknown()) }).safeParse(value)
  const each = listed.success ? listed.data.capabilities : Array.isArray(value) ? value : [value]
  return each.flatMap(one => {
    const parsed = tauriCapability.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
}

function grantsOf(capability: Capability, where: string, isOff: boolean): readonly Grant[] {
  const { platforms, permissions, windows, webviews } = capability
  // A phone's sidecars stand in a configuration that is not read here.
  if (platforms?.length && !platforms.some(each => DESKTOP.includes(each))) return []
  const hasWindow = (windows?.length ?? 0) + (webviews?.length ?? 0) > 0
  const idle = hasWindow ? null : 'names no window or webview that it is for: "windows": ["main"]'
  return permissions.flatMap(each => {
    if (typeof each === 'string' || !each.identifier.startsWith('shell:')) return []
    const { identifier, allow } = each
    const calls = CALLS.filter(call => identifier === `shell:allow-${call}`)
    const of = `${identifier} of ${where}`
    return toGrants(allow ?? [], { where: of, calls, idle, isOff }, false)
  })
}

const CALLS = ['spawn', 'execute'] as const

/** Version 1 leaves out of the program what is not switched on: https://v1.tauri.app/v1/guides/building/sidecar. */
function readAllowlist({ file, content }: TauriConfig): readonly Grant[] {
  const allowlist = content.tauri?.allowlist
  const scope = allowlist?.shell?.scope
  if (!Array.isArray(scope)) return []
  const isOn = [allowlist?.all, allowlist?.shell?.all, allowlist?.shell?.sidecar].includes(true)
  const where = `tauri.allowlist.shell.scope of ${file}`
  const idle = isOn ? null : 'allows nothing while tauri.allowlist.shell.sidecar is not true'
  return toGrants(scope, { where, calls: CALLS, idle, isOff: false }, true)
}

function toGrants(
  entries: readonly ShellEntry[],
  common: Pick<Grant, 'where' | 'calls' | 'idle' | 'isOff'>,
  isVersion1: boolean,
): readonly Grant[] {
  return entries.flatMap(({ name, sidecar, args }) =>
    name === undefined
      ? []
      : [{ ...common, name, isSidecar: sidecar === true, args: rulesOf(args, isVersion1) }],
  )
}

/** None at all where nothing is said (ShellAllowedArgs of plugins/shell/src/scope_entry.rs). */
function rulesOf(args: ShellEntry['args'], isVersion1: boolean): Grant['args'] {
  if (args === true) return true
  return (Array.isArray(args) ? args : []).map(rule =>
    // Version 1 takes a pattern as it is; version 2 puts `^…$` around it unless it is `raw`.
    typeof rule === 'string'
      ? rule
      : { validator: rule.validator, isWhole: !isVersion1 && rule.raw !== true },
  )
}
