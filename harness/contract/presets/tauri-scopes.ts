import { posix } from 'node:path'
import type { TauriConfig } from './tauri-config.ts'
import { type ArgumentRule, type Grant, type Grants, readGrants } from './tauri-grants.ts'

/*
 * What an app's pages may run. Rust may run any sidecar, so one that no permission names is no mistake. One that is named,
 * and in a way in which it can never be run, is: Tauri compares the name with externalBin letter by letter, and refuses
 * one that is not marked as a sidecar (plugins/shell/src/commands.rs and scope.rs of tauri-apps/plugins-workspace,
 * core/tauri/src/endpoints/shell.rs of version 1). What can be run, but not as this contract has it, is worth a word: it
 * may be that Rust runs it.
 */

export interface ScopeFindings {
  /** In words, why the app's pages can never run this sidecar though they are meant to. */
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

/** Judges what stands in the app's files of one sidecar. `args` are the contract's; null where these are not known. */
export function judgeScopes(
  sidecar: string,
  config: TauriConfig,
  args: readonly string[] | null,
): ScopeFindings {
  const { grants, unread } = readGrants(config)
  const notes = unread.map(
    file => `${file} is not read, as it is no JSON: nobody has looked at what it allows`,
  )
  const named = grants.filter(({ name }) => isSame(name, sidecar))
  if (named.length === 0) return { problems: findMisspelt(sidecar, config, grants), notes }
  const inForce = named.filter(({ isOff }) => !isOff)
  const problem = inForce.length === 0 ? null : findUnusable(sidecar, inForce)
  if (problem !== null) return { problems: [problem], notes }
  // What is not read may allow it.
  const lacking = unread.length > 0 ? null : findLacking(sidecar, inForce, { named, args })
  return { problems: [], notes: lacking === null ? notes : [...notes, lacking] }
}

/** Named by no grant, and one means it by a name that Tauri does not know. */
function findMisspelt(sidecar: string, config: TauriConfig, grants: Grants['grants']): readonly string[] {
  const dead = grants.find(
    ({ name, isSidecar, isOff }) =>
      isSidecar && !isOff && resembles(name, sidecar) && !config.everywhere.some(each => isSame(name, each)),
  )
  if (dead === undefined) return []
  const right = JSON.stringify({ name: sidecar, sidecar: true })
  return [
    `${dead.where} lets the app's pages run the sidecar "${dead.name}", and ${config.key} of ${config.file} has "${sidecar}": Tauri compares them letter by letter, so they could never run it. Write ${right} there, and Command.sidecar("${sidecar}") in the page`,
  ]
}

/** Why none of these can ever be made use of; null where one can. */
function findUnusable(sidecar: string, grants: readonly Grant[]): string | null {
  const live = grants.filter(({ idle }) => idle === null)
  const marked = live.filter(({ isSidecar }) => isSidecar)
  const seen = marked.filter(({ calls }) => calls.length > 0)
  const [first] = grants
  if (seen.length > 0 || first === undefined) return null
  const lets = ({ where }: Grant) => `${where} lets the app's pages run "${sidecar}"`
  if (live.length === 0) return `${lets(first)}, and ${first.idle}`
  const [unmarked = first] = live
  if (marked.length === 0)
    return `${lets(unmarked)} without "sidecar": true, so that Tauri refuses Command.sidecar("${sidecar}"): write it there`
  const [unseen = first] = marked
  return `${lets(unseen)}, and no call of theirs looks there: shell:allow-spawn is where Command.spawn() does`
}

/** What the pages cannot do with it, though they can run it. */
function findLacking(
  sidecar: string,
  grants: readonly Grant[],
  { named, args }: { readonly named: readonly Grant[]; readonly args: readonly string[] | null },
): string | null {
  const [off] = named
  if (grants.length === 0 && off !== undefined)
    return `${off.where} lets the app's pages run "${sidecar}", and is not among app.security.capabilities: they cannot, unless Rust does it for them`
  const usable = grants.filter(each => each.idle === null && each.isSidecar)
  const spawned = usable.filter(({ calls }) => calls.includes('spawn'))
  const [first] = usable
  if (spawned.length === 0 && first !== undefined)
    return `${first.where} lets the app's pages run "${sidecar}" by Command.execute() alone, which comes back when it has ended: a page that needs its port needs shell:allow-spawn`
  const [one] = spawned
  if (one === undefined || args === null || spawned.some(each => lets(each.args, args))) return null
  return `${one.where} lets the app's pages run "${sidecar}" with ${sayRules(one.args)}, and the contract's args are ${JSON.stringify(args)}: Tauri drops what its list does not have, and refuses what does not fit`
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

/** Whether what Tauri makes of these arguments is these arguments: its list, with what the page gives in its patterns. */
function lets(rules: Grant['args'], args: readonly string[]): boolean {
  return (
    rules === true ||
    (rules.length === args.length && rules.every((rule, index) => fits(rule, args[index] ?? '')))
  )
}

const SOME_PORT = '49152'

function fits(rule: ArgumentRule, arg: string): boolean {
  // What stands for a directory is another one in the app.
  if (/\{(tmp|home|here)\}/.test(arg)) return true
  const given = arg.replaceAll('{port}', SOME_PORT)
  if (typeof rule === 'string') return rule === given
  try {
    return new RegExp(rule.isWhole ? `^${rule.validator}$` : rule.validator, 'u').test(given)
  } catch {
    // Rust spells some of them otherwise: what cannot be told is not held against it.
    return true
  }
}

function sayRules(rules: Grant['args']): string {
  if (rules === true) return 'any arguments'
  if (rules.length === 0) return 'no arguments'
  return `the arguments ${JSON.stringify(rules.map(rule => (typeof rule === 'string' ? rule : { validator: rule.validator })))}`
}
