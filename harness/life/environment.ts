import type { Contract } from '../contract/contract.ts'
import { type LifeIdentity, MARKER_VARIABLE } from '../host/host.ts'
import type { Conditions } from '../recording/recording.ts'
import { hostileVariables } from './hostile.ts'
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
  { port, variables = {} }: LaunchPlan,
): Record<string, string> {
  const asked = port !== undefined && contract.port.kind === 'variable' ? { [contract.port.name]: port } : {}
  // Not even the marker: who leaves the group is not found again then.
  if (variables === 'none') return { ...contract.env, ...asked }
  const usual = conditions.environment === 'caller' ? callerEnvironment : systemVariables()
  return {
    ...withoutPort(usual, contract),
    ...privateDirectories(sandbox),
    ...(variables === 'hostile' ? hostileVariables(sandbox.root) : variables),
    ...contract.env,
    ...asked,
    [MARKER_VARIABLE]: identity.marker,
  }
}

/** The arguments of a launch: the contract's, and those that ask for a port. */
export function argumentsOf({ args, port }: Contract, asked: string | undefined): readonly string[] {
  if (asked === undefined || port.kind !== 'arguments') return args
  return [...args, ...port.args.map(arg => arg.replaceAll('{port}', asked))]
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
