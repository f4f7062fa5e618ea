/** How sidecars are lived with: by each door of the harness. Each comes back with how many lives it was. */

import { availableParallelism } from 'node:os'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { reservePort } from '../../../harness/host/ports.ts'
import { Life } from '../../../harness/life/life.ts'
import { openSession, type Session } from '../../../harness/life/session.ts'
import { BASELINE } from '../../../harness/recording/recording.ts'
import { SidecarError, SidecarFileError, SidecarNotReadyError } from '../../../harness/sidecar/errors.ts'
import { launch } from '../../../harness/sidecar/launch.ts'
import { ENDLESS } from '../../../harness/sidecar/patience.ts'
import { start } from '../../../harness/sidecar/start.ts'
import type { Program } from './programs.ts'

export interface Setting {
  /** One that stays open all the while. */
  readonly session: Session
  readonly signal: AbortSignal
}

export type Way = (program: Program, setting: Setting) => Promise<number>

const FLEET = 3
/** In the middle of a start. */
const SOON_MS = 15

export const WAYS: Readonly<Record<string, Way>> = {
  'in the session of all': (program, { session, signal }) => liveIn(session, program, signal),

  async 'in a session of its own, which ends it'(program, { signal }) {
    const session = await openSession({ host: selectHost() })
    try {
      const life = await launchIn(session, program, signal)
      expectReady(program, await life.ready(), signal)
    } finally {
      await session.close()
    }
    return 1
  },

  async 'by launch and stop'(program, { signal }) {
    await tolerate(program, signal, async () => {
      const sidecar = await launch(program.resolved, { binary: program.file, signal })
      expectReady(program, true, signal)
      await (await sidecar.request('/health')).text()
      await sidecar.stop()
    })
    return 1
  },

  async 'as a fleet'({ file, resolved, ...program }, { signal }) {
    const plan = { file, resolved, instances: FLEET, options: { signal }, patience: ENDLESS }
    await tolerate({ file, resolved, ...program }, signal, async () => {
      const fleet = await start(plan)
      const ends = await Promise.allSettled(fleet.map(sidecar => sidecar.dispose()))
      const failed = ends.find(end => end.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    })
    return FLEET
  },

  async 'on a port that was reserved'(program, { session, signal }) {
    const reserved = await reservePort()
    try {
      return await liveIn(session, program, signal, String(reserved.port))
    } finally {
      await reserved.release()
    }
  },

  async 'given up in the middle of its start'({ file, resolved }, { signal }) {
    const giveUp = AbortSignal.any([signal, AbortSignal.timeout(SOON_MS)])
    const sidecar = await launch(resolved, { binary: file, signal: giveUp }).catch(expectGivenUp(giveUp))
    await Promise.resolve(sidecar?.[Symbol.asyncDispose]()).catch(expectSidecarError)
    return 1
  },

  async 'by the gate'({ file, resolved }, { signal }) {
    const clauses = ['start/within-budget', 'stop/sigterm'] as const
    const { verdict } = await runGate({ resolved, file, clauses, host: selectHost(), signal })
    return verdict.lives.length
  },
}

/** Most of them wait for something. */
export const AT_ONCE: number = 6 * availableParallelism()

let launched = 0

function launchIn(session: Session, program: Program, signal: AbortSignal, port?: string): Promise<Life> {
  signal.throwIfAborted()
  const { resolved, file } = program
  const subject = { file, ...resolved, grammar: compileGrammar(resolved.contract.announce) }
  return Life.launch(session, subject, {
    ...{ id: `soak-${++launched}`, scenario: 'soak', instance: 0, conditions: BASELINE },
    launch: port === undefined ? {} : { port },
  })
}

async function liveIn(
  session: Session,
  program: Program,
  signal: AbortSignal,
  port?: string,
): Promise<number> {
  const life = await launchIn(session, program, signal, port)
  try {
    expectReady(program, await life.ready(), signal)
    await life.look('in the soak')
    await life.measure('in the soak')
    await life.takeStock('in the soak')
    life.signal('SIGTERM')
    await life.exits(program.resolved.contract.budgets.graceMs)
  } finally {
    await life.end()
  }
  const { events } = life.toRecording()
  if (events.at(-1)?.type !== 'ended') throw new Error(`one that ${program.name} was not lived to its end`)
  return 1
}

/** A soak of lives that come to nothing proves nothing. */
function expectReady({ name, becomesReady }: Program, isReady: boolean, { aborted }: AbortSignal): void {
  if (isReady !== becomesReady && !aborted)
    throw new Error(`one that ${name} has ${isReady ? 'become' : 'not become'} ready`)
}

/** What is told of a sidecar that is not sound is its due; what is told of a sound one is a finding. */
async function tolerate(program: Program, signal: AbortSignal, live: () => Promise<void>): Promise<void> {
  try {
    await live()
  } catch (error) {
    if (signal.aborted) return
    if (program.isSound) throw error
    expectSidecarError(error)
    if (error instanceof SidecarNotReadyError) expectReady(program, false, signal)
  }
}

function expectSidecarError(error: unknown): void {
  if (!(error instanceof SidecarError || error instanceof SidecarFileError)) throw error
}

function expectGivenUp(signal: AbortSignal): (error: unknown) => null {
  return error => {
    if (error !== signal.reason) expectSidecarError(error)
    return null
  }
}
