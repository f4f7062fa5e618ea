import { availableParallelism } from 'node:os'
import { compileGrammar } from '../contract/announcement.ts'
import type { Contract } from '../contract/contract.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { describeHost } from '../gate/describe-host.ts'
import { requireSoundSurroundings } from '../gate/surroundings.ts'
import { selectHost } from '../host/index.ts'
import { Deadline } from '../life/deadline.ts'
import { Life } from '../life/life.ts'
import { PIPES_OF_A_LIFE } from '../life/pipes.ts'
import type { Subject } from '../life/plan.ts'
import { openSession, type Session } from '../life/session.ts'
import { BASELINE } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { describeQuickly } from './artifact.ts'
import type { Circumstances } from './judging.ts'
import { type Patience, within } from './patience.ts'
import type { RunningSidecar } from './running.ts'
import { SPEC_SCENARIO } from './sidecar.ts'

/** What is launched, how often, and how that differs from an app's usual launch. */
export interface StartPlan {
  readonly resolved: ResolvedContract
  /** Absolute. */
  readonly file: string
  readonly instances: number
  readonly options: LaunchOptions
  readonly patience: Patience
}

export interface LaunchOptions {
  /** Behind those of the contract. */
  readonly args?: readonly string[] | undefined
  /** Beside those of the contract. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** The port that it is asked for; the system picks one where it is left out. */
  readonly port?: number | undefined
  /** Aborting ends what is being launched. */
  readonly signal?: AbortSignal | undefined
}

/** A look takes milliseconds, and is worth no more than that. */
const LOOK_MS = 1_000
/** So long the end of a start that failed is waited for before it is told: what it wrote last is worth that much. */
const FAREWELL_MS = 1_000

/**
 * Launches instances of one sidecar that share one home, as on a user's machine, and comes back when all are ready.
 * Otherwise none is left, and it throws: SidecarNotReadyError, or the signal's reason. `onEnding` is told of what is
 * still being ended by then, where somebody's patience was too short to wait for that.
 */
export async function start(
  plan: StartPlan,
  onEnding: (ending: Promise<void>) => void = () => {},
): Promise<readonly RunningSidecar[]> {
  const { resolved, file, instances, options, patience } = plan
  const { signal } = options
  signal?.throwIfAborted()
  const contract = adapt(resolved.contract, plan)
  const host = selectHost()
  const [artifact, { judgeObstacle, notReady }, { RunningSidecar }] = await Promise.all([
    describeQuickly(file),
    import('./not-ready.ts'),
    import('./running.ts'),
  ])
  const circumstances: Circumstances = {
    contract: resolved.contract,
    artifact,
    host: describeHost(host, availableParallelism()),
  }
  judgeObstacle(circumstances)
  const { announce } = contract
  const subject: Subject = { file, ...resolved, contract, grammar: compileGrammar(announce) }
  const session = await openSession({ host })
  const abort = () => {
    for (const life of session.lives) life.kill('whoever launched it has given up')
  }
  signal?.addEventListener('abort', abort)
  let failed: Life | undefined
  try {
    const lives = await launchAll(session, subject, instances, options)
    const ready = await Promise.all(lives.map(life => life.ready()))
    signal?.throwIfAborted()
    failed = lives.find((_life, index) => ready[index] === false)
    if (failed === undefined) {
      const release = closeAfter(session, lives.length)
      return lives.map(life => new RunningSidecar({ life, circumstances, patience, release }))
    }
    if (!failed.hasExited)
      await new Deadline(patience.reserveMs ?? LOOK_MS).before(failed.look('when its time was over'))
  } catch (error) {
    await endInTime(session, patience, onEnding)
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
  }
  await endInTime(session, patience, onEnding)
  const limit = limitOf(resolved.contract, contract, patience)
  const recording = failed.toRecording()
  await requireSoundSurroundings([recording])
  throw notReady({ recording, circumstances: { ...circumstances, contract } }, limit)
}

/** The contract of this launch: with what the spec adds, and no more time than the spec has. */
function adapt(contract: Contract, { options, patience }: StartPlan): Contract {
  const { args = [], env = {} } = options
  const readyMs = within(contract.budgets.readyMs, patience)
  return {
    ...contract,
    args: [...contract.args, ...args],
    env: { ...contract.env, ...env },
    budgets: { ...contract.budgets, readyMs },
  }
}

async function launchAll(
  session: Session,
  subject: Subject,
  instances: number,
  { port }: LaunchOptions,
): Promise<readonly Life[]> {
  const lives: Life[] = []
  await session.pipes?.provide(PIPES_OF_A_LIFE * instances)
  for (let instance = 0; instance < instances; instance++) {
    const [sharing] = lives
    lives.push(
      await Life.launch(session, subject, {
        id: instance === 0 ? SPEC_SCENARIO : `${SPEC_SCENARIO}.${instance + 1}`,
        scenario: SPEC_SCENARIO,
        instance,
        conditions: BASELINE,
        launch: {
          ...(port === undefined ? {} : { port: String(port) }),
          ...(sharing === undefined ? {} : { sharing }),
        },
      }),
    )
  }
  return lives
}

/** The last of a fleet closes the door. */
function closeAfter(session: Session, count: number): () => Promise<void> {
  let left = count
  return async () => {
    left -= 1
    if (left === 0) await session.close()
  }
}

/** Of one whose time is over, nothing that comes is worth somebody else's deadline: that would tell less. */
async function endInTime(
  session: Session,
  { leftMs, reserveMs }: Patience,
  onEnding: (ending: Promise<void>) => void,
): Promise<void> {
  const closing = session.close()
  if (reserveMs === null) return closing
  if (!(await new Deadline(Math.min(FAREWELL_MS, leftMs())).before(closing))) onEnding(closing)
}

/** Why it had less time than its contract gives it. */
function limitOf(promised: Contract, granted: Contract, { limit }: Patience): string | null {
  const { readyMs } = promised.budgets
  if (limit === null || granted.budgets.readyMs >= readyMs) return null
  return `${limit}; the contract allows ${duration(readyMs)}`
}
