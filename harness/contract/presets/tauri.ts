import { posix, resolve } from 'node:path'
import type { ContractInput } from '../input.ts'
import { type Preset, type PresetReading, problem, type Written } from './preset.ts'
import { readTauriConfig, type TauriConfig } from './tauri-config.ts'
import { judgeScopes } from './tauri-scopes.ts'

/** The sidecars of a Tauri app, each a contract: those of `externalBin`, or the one of them that `binary` names. */
export const tauri: Preset = (written, directory) => {
  const reading = readTauriConfig(directory)
  if ('problem' in reading) return problem('preset', reading.problem)
  const { config } = reading
  const { file, key, sidecars } = config
  if (sidecars.length === 0) {
    const example = '"externalBin": ["binaries/backend"]'
    return problem('preset', `${file} has no ${key}, so the app ships no sidecar: add ${example}`)
  }
  const chosen = choose(config, written.binary, directory)
  if ('problems' in chosen) return chosen
  if (chosen.sidecars.length > 1) {
    const several = ['name', 'build'].filter(key => written[key] !== undefined)
    const names = chosen.sidecars.join(', ')
    const message = `it is one sidecar's, and ${file} has several, ${names}: choose one with \`binary\``
    if (several.length > 0) return { problems: several.map(at => ({ at, message })) }
  }
  const scopes = chosen.sidecars.map(sidecar => judgeScopes(sidecar, config, argsOf(written)))
  const blocked = scopes.flatMap(({ problems }) => problems)
  if (blocked.length > 0) return { problems: blocked.map(message => ({ at: 'preset', message })) }
  return {
    defaults: chosen.sidecars.map(sidecar => defaultsOf(sidecar, config)),
    notes: scopes.map(({ notes }) => notes),
  }
}

function defaultsOf(sidecar: string, config: TauriConfig): ContractInput {
  return { app: 'tauri', binary: pathOf(sidecar, config), net: { origins: [...config.origins] } }
}

/** Null for what is no list of texts, which is refused later. */
function argsOf({ args = [] }: Written): readonly string[] | null {
  return Array.isArray(args) && args.every(arg => typeof arg === 'string') ? args : null
}

/** https://v2.tauri.app/develop/sidecar/: relative to the directory of tauri.conf.json. */
function pathOf(sidecar: string, { directory }: TauriConfig): string {
  return resolve(directory, sidecar.replaceAll('\\', '/'))
}

function choose(
  config: TauriConfig,
  binary: unknown,
  directory: string,
): { readonly sidecars: readonly string[] } | Extract<PresetReading, { problems: unknown }> {
  // What is no text is refused later.
  if (typeof binary !== 'string') return { sidecars: config.sidecars }
  const named = config.sidecars.filter(sidecar => pathOf(sidecar, config) === resolve(directory, binary))
  if (named.length > 0) return { sidecars: named }
  const names = config.sidecars.map(sidecar => posix.join(config.place, sidecar.replaceAll('\\', '/')))
  const message = `${config.key} of ${config.file} does not name it. It names ${names.join(', ')}. Leave the preset out, and write app: "tauri", for one that the app ships otherwise`
  return { problems: [{ at: 'binary', message }] }
}
