import { join, posix } from 'node:path'
import { z } from 'zod'
import { namesIn, readJson } from './read-json.ts'
import type { TauriConfig } from './tauri-config.ts'
import { type Capability, type ShellEntry, tauriCapability } from './tauri-content.ts'

/*
 * What an app's pages may run. Rust may run any sidecar, so one that no permission names is no mistake. One that is named,
 * and in a way in which it can never be run, is: Tauri compares the name with externalBin letter by letter
 * (plugins/shell/src/commands.rs of tauri-apps/plugins-workspace, core/tauri/src/endpoints/shell.rs of version 1).
 */

/** Where an entry stands, and what it says. */
interface Scope {
  readonly where: string
  readonly name: string
}

const DESKTOP = ['linux', 'macOS', 'windows']

/** In words, why the app's pages can never run this sidecar though they are meant to. */
export function findBlockedSidecars(sidecar: string, config: TauriConfig): readonly string[] {
  const scopes = config.version === 1 ? readAllowlist(config) : readCapabilities(config)
  const named = scopes.find(({ name }) => isSame(name, sidecar))
  if (named !== undefined)
    return isSwitchedOn(config) ? [] : [`${switchedOff(config)} "${sidecar}" allows nothing`]
  const dead = scopes.find(
    ({ name }) => resembles(name, sidecar) && !config.everywhere.some(each => isSame(name, each)),
  )
  if (dead === undefined) return []
  const right = JSON.stringify({ name: sidecar, sidecar: true })
  return [
    `${dead.where} lets the app's pages run the sidecar "${dead.name}", and ${config.key} of ${config.file} has "${sidecar}": Tauri compares them letter by letter, so they could never run it. Write ${right} there, and Command.sidecar("${sidecar}") in the page`,
  ]
}

/** Tauri takes an extension off for the comparison. */
function isSame(name: string, sidecar: string): boolean {
  return name === sidecar || name.replace(/\.[^./\\]*$/, '') === sidecar
}

/** The same name in another directory, or with its target triple. */
function resembles(name: string, sidecar: string): boolean {
  const [one, other] = [name, sidecar].map(path => posix.basename(path.replaceAll('\\', '/')))
  return one === other || one?.startsWith(`${other}-`) === true || one === `${other}.exe`
}

function readCapabilities({ directory, place, content }: TauriConfig): readonly Scope[] {
  const enabled = content.app?.security?.capabilities ?? []
  const inline = enabled.flatMap(each => capabilitiesIn(each))
  const names = namesIn(join(directory, 'capabilities')).filter(name => name.endsWith('.json'))
  const files = names.flatMap(name => {
    const reading = readJson(join(directory, 'capabilities', name))
    const where = posix.join(place, 'capabilities', name)
    // Tauri itself refuses what it cannot read, and says so better.
    return reading.kind === 'value' ? capabilitiesIn(reading.value).map(each => ({ each, where })) : []
  })
  const isEnabled = ({ identifier }: Capability) => enabled.length === 0 || enabled.includes(identifier)
  return [
    ...inline.flatMap(each => scopesOf(each, posix.join(place, 'tauri.conf.json'))),
    ...files.filter(({ each }) => isEnabled(each)).flatMap(({ each, where }) => scopesOf(each, where)),
  ]
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

function scopesOf({ platforms, permissions }: Capability, where: string): readonly Scope[] {
  // A phone's sidecars stand in a configuration that is not read here.
  if (platforms?.length && !platforms.some(each => DESKTOP.includes(each))) return []
  return permissions.flatMap(each => {
    if (typeof each === 'string' || !each.identifier.startsWith('shell:')) return []
    return sidecarsOf(each.allow ?? [], `${each.identifier} of ${where}`)
  })
}

function readAllowlist({ file, content }: TauriConfig): readonly Scope[] {
  const scope = content.tauri?.allowlist?.shell?.scope
  return Array.isArray(scope) ? sidecarsOf(scope, `tauri.allowlist.shell.scope of ${file}`) : []
}

function sidecarsOf(entries: readonly ShellEntry[], where: string): readonly Scope[] {
  return entries.flatMap(({ name, sidecar }) =>
    sidecar === true && name !== undefined ? [{ where, name }] : [],
  )
}

/** Version 1 leaves out of the program what is not switched on: https://v1.tauri.app/v1/guides/building/sidecar. */
function isSwitchedOn({ version, content }: TauriConfig): boolean {
  const allowlist = content.tauri?.allowlist
  return version === 2 || [allowlist?.all, allowlist?.shell?.all, allowlist?.shell?.sidecar].includes(true)
}

function switchedOff({ file }: TauriConfig): string {
  return `tauri.allowlist.shell.sidecar of ${file} is not true, so its scope for`
}
