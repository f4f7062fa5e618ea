import type { Contract } from '../contract/contract.ts'
import { type LifeIdentity, MARKER_VARIABLE } from '../host/host.ts'
import type { Conditions } from '../recording/recording.ts'
import { hostileVariables } from './hostile.ts'
import { fillIn, type Places } from './places.ts'
import type { LaunchPlan } from './plan.ts'
import type { Sandbox } from './sandbox.ts'

/** A desktop session's PATH: what the system has, nothing from anybody's shell profile. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/**
 * The environment of a launch: what a desktop session gives and no more. A tester's shell hides bugs behind
 * PYTHONUNBUFFERED, NODE_OPTIONS and a PATH that no customer has.
 */
export function environmentOf(
  sandbox: Sandbox,
  contract: Contract,
  conditions: Conditions,
  callerEnvironment: Readonly<Record<string, string>>,
  identity: Pick<LifeIdentity, 'marker'>,
  { variables = {}, onlyThese = [] }: LaunchPlan,
  places: Places,
): Record<string, string> {
  const { port } = places
  const asked = port !== null && contract.port.kind === 'variable' ? { [contract.port.name]: port } : {}
  const own = Object.fromEntries(
    Object.entries(contract.env).map(([name, value]) => [name, fillIn(value, places)]),
  )
  const inherited = conditions.environment === 'caller' ? callerEnvironment : systemVariables()
  const usual = { ...withoutPort(inherited, contract), ...privateDirectories(sandbox) }
  // Not even the marker: who leaves the group is not found again then.
  if (variables === 'none') return { ...pick(usual, onlyThese), ...own, ...asked }
  const further = {
    hostile: () => hostileVariables(sandbox.root),
    caller: () => withoutPort(callerEnvironment, contract),
    these: () => variables as Readonly<Record<string, string>>,
  }[typeof variables === 'string' ? variables : 'these']()
  return {
    ...usual,
    ...(onlyThese.length > 0 ? pick(further, onlyThese) : further),
    ...own,
    ...asked,
    [MARKER_VARIABLE]: identity.marker,
  }
}

/** What the caller has in the environment that could make a difference: its own directories every life has anyway. */
export function callersVariables(
  callerEnvironment: Readonly<Record<string, string>>,
  contract: Contract,
): readonly string[] {
  const own = ['HOME', 'TMPDIR', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'TEMP', 'TMP']
  return Object.keys(withoutPort(callerEnvironment, contract)).filter(name => !own.includes(name))
}

function pick(
  variables: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name)))
}

/** The arguments of a launch: the contract's, and those that ask for a port. */
export function argumentsOf({ args, port }: Contract, places: Places): readonly string[] {
  const asking = places.port !== null && port.kind === 'arguments' ? port.args : []
  return [...args, ...asking].map(arg => fillIn(arg, places))
}

/** A port that the caller happens to have in the environment was not asked for by us. */
function withoutPort(
  variables: Readonly<Record<string, string>>,
  { port }: Contract,
): Readonly<Record<string, string>> {
  if (port.kind !== 'variable') return variables
  const { [port.name]: _, ...rest } = variables
  return rest
}

function systemVariables(): Record<string, string> {
  if (process.platform !== 'win32') return { PATH: SYSTEM_PATH }
  // Without SystemRoot a Windows program cannot open a socket.
  const { SystemRoot = 'C:\\Windows', SystemDrive = 'C:' } = process.env
  return { SystemRoot, SystemDrive, PATH: `${SystemRoot}\\System32;${SystemRoot}` }
}

function privateDirectories({ home, temporary }: Sandbox): Record<string, string> {
  if (process.platform !== 'win32') return { HOME: home, TMPDIR: temporary }
  return { USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home, TEMP: temporary, TMP: temporary }
}
