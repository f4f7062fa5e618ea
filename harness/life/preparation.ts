import { mkdirSync } from 'node:fs'
import { type ReservedPort, reservePort } from '../host/ports.ts'
import { Redaction } from '../text/redaction.ts'
import { commandOf, type LaunchCommand } from './command.ts'
import type { Signal } from './deadline.ts'
import { filesOf } from './litter.ts'
import { fillIn, type Places, placesOf } from './places.ts'
import type { LifePlan, Subject } from './plan.ts'
import type { Sandbox } from './sandbox.ts'
import type { Session } from './session.ts'
import { runSetup } from './setup.ts'

/** What is there before a life is launched. */
export interface Preparation {
  readonly command: LaunchCommand
  readonly places: Places
  /** What stood in its directories by then: no litter of its own. */
  readonly files: ReadonlySet<string>
  /** Lets go of the port that was held for it. */
  release(): Promise<void>
}

interface Prepared {
  readonly sandbox: Sandbox
  readonly session: Session
  readonly marker: string
  /** Set when the life is wanted no more. */
  readonly doom: Signal<string>
}

/** Chooses its port where it is told one, puts its command together, and has the contract's setup run. Throws SetupError, GivenUpError. */
export async function prepare(
  subject: Subject,
  plan: LifePlan,
  { sandbox, session, marker, doom }: Prepared,
): Promise<Preparation> {
  const { contract, setup } = subject
  const held = await holdPort(subject, plan)
  const release = async () => held?.release()
  try {
    const places = placesOf(sandbox, portOf(subject, plan, held))
    const command = commandOf(subject, plan, sandbox, session, { marker, places })
    const { directory, environment } = command.spawned
    // What its user names inside the life's own directories is made for it, as they are.
    if (contract.cwd?.startsWith('{')) mkdirSync(directory, { recursive: true })
    if (setup === null) return { command, places, files: new Set(), release }
    const told = { home: places.home, tmp: places.tmp, cwd: directory, port: places.port, environment }
    const filled = typeof setup === 'function' ? setup : setup.map(word => fillIn(word, places))
    const limits = { timeoutMs: contract.budgets.readyMs, doom }
    await runSetup(plan.id, filled, told, limits, new Redaction(command.secrets))
    return { command, places, files: filesOf(sandbox), release }
  } catch (error) {
    await release()
    throw error
  }
}

async function holdPort({ contract }: Subject, { launch }: LifePlan): Promise<ReservedPort | null> {
  return launch.port === undefined && contract.port.unasked === 'chosen' ? reservePort() : null
}

/** The port that it is told, where it is told one. */
function portOf({ contract }: Subject, { launch }: LifePlan, held: ReservedPort | null): string | null {
  if (launch.port !== undefined) return launch.port
  if (held !== null) return String(held.port)
  return contract.port.unasked === 'zero' ? '0' : null
}
