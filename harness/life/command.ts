import { secretsOfContract } from '../contract/secrets.ts'
import { parentCommand } from '../host/parent.ts'
import { argumentsOf, environmentOf } from './environment.ts'
import type { LaunchRequest } from './launch.ts'
import { fillIn, type Places } from './places.ts'
import type { LifePlan, Subject } from './plan.ts'
import type { Observation } from './recorder.ts'
import type { Sandbox } from './sandbox.ts'
import type { Session } from './session.ts'

/** What is spawned for a life, and what is recorded of that: the sidecar's own file, arguments and variables. */
export interface LaunchCommand {
  readonly spawned: Pick<LaunchRequest, 'file' | 'args' | 'environment' | 'directory' | 'stdin'>
  readonly recorded: Observation & { readonly type: 'launch' }
  /** What of the environment that it is given, and of what its requests carry, stands in no recording. */
  readonly secrets: readonly string[]
}

/** Puts a plan, the contract and the conditions together: by itself, from another place, or behind a parent. */
export function commandOf(
  { file: original, contract }: Subject,
  { conditions, launch: wanted }: LifePlan,
  sandbox: Sandbox,
  session: Session,
  { marker, places }: { readonly marker: string; readonly places: Places },
): LaunchCommand {
  const { heldOn = null, stdin = 'pipe', installed } = wanted
  const environment = environmentOf(
    sandbox,
    contract,
    conditions,
    session.callerEnvironment,
    { marker },
    wanted,
    places,
  )
  const usual = conditions.directory === 'caller' ? session.callerDirectory : sandbox.working
  const own = contract.cwd === null ? usual : fillIn(contract.cwd, places)
  const directory = wanted.directory ?? own
  const file = installed?.file ?? original
  const args = argumentsOf(contract, places)
  const command = { ...(installed?.command(args) ?? { file, args }), environment }
  const variables = Object.keys(environment).sort()
  const { port } = places
  return {
    spawned: { ...(wanted.throughParent ? parentCommand(command) : command), directory, stdin },
    recorded: { type: 'launch', file, args, directory, variables, port, heldOn, stdin },
    secrets: secretsOfContract(contract, environment),
  }
}
