import type { StopSignal } from '../contract/contract.ts'
import { holdPort, type ReservedPort, reservePort } from '../host/ports.ts'
import { calibrationSubject } from '../life/calibration.ts'
import { callersVariables } from '../life/environment.ts'
import { install } from '../life/installation.ts'
import { Life } from '../life/life.ts'
import type { LifePlan, Subject } from '../life/plan.ts'
import type { Session } from '../life/session.ts'
import type { Witness } from '../life/witness.ts'
import type { RawStreams } from '../recording/archive.ts'
import { BASELINE, CALIBRATION, type Conditions, type LifeRecording } from '../recording/recording.ts'
import type { Scenario, Stage } from '../scenarios/scenario.ts'
import { requestStop } from '../scenarios/stop.ts'
import type { Place } from './schedule.ts'
import { requireSoundSurroundings } from './surroundings.ts'

/** A life that was lived to its end. */
export interface RecordedLife {
  readonly recording: LifeRecording
  /** Null where nobody keeps them. */
  readonly raw: RawStreams | null
}

export interface Performance {
  /** In the order of their ids. */
  readonly lives: readonly RecordedLife[]
  /** Why the scenario can show nothing on this machine. */
  readonly impossible: string | null
}

/** What all scenarios of a gate have in common. */
export interface Setting {
  readonly session: Session
  readonly subject: Subject
  readonly conditions: Conditions
  /** Which time it is that this scenario is performed under these conditions. */
  readonly attempt: number
  /** Nothing was launched before. */
  readonly isFirst: boolean
  /** Somebody wants the bytes of its streams, too. */
  readonly keepsRaw: boolean
  /** Who watches its lives, where anybody does. */
  readonly witness: Witness | undefined
  /** From launch to announcement, in the quickest life so far. */
  readonly announcedMs: number
  /** Where it runs, beside others or by itself. */
  readonly place: Place
  heeds(signal: StopSignal): boolean
  /** True when the gate was interrupted: nothing more is launched then. */
  stopped(): boolean
}

/** The gate was interrupted while a scenario still wanted to launch something. */
class Interrupted extends Error {}

/** Something that a scenario holds beside its lives, and lets go of when it is over. */
type Release = () => Promise<unknown>

/** Drives one scenario and ends its lives, whatever happens in it. */
export async function perform(scenario: Scenario, setting: Setting): Promise<Performance> {
  const lives: Life[] = []
  const releases: Release[] = []
  let impossible: string | null = null
  const stage = makeStage(scenario, setting, lives, releases, reason => {
    impossible ??= reason
  })
  try {
    await scenario.drive(stage)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  } finally {
    await Promise.all(lives.map(life => life.end()))
    // In reverse: what came later may stand on what came before.
    for (const release of releases.reverse()) await release()
  }
  const recorded = lives.map(life => toRecorded(life, setting.keepsRaw)).sort(byInstance)
  await requireSoundSurroundings(recorded.map(({ recording }) => recording))
  return { lives: recorded, impossible }
}

function makeStage(
  scenario: Scenario,
  setting: Setting,
  lives: Life[],
  releases: Release[],
  isImpossible: (reason: string) => void,
): Stage {
  const { session, subject, conditions, attempt, isFirst, witness, announcedMs, place, heeds } = setting
  const { contract } = subject
  const begin = async (of: Subject, plan: LifePlan): Promise<Life> => {
    await place.reenter()
    if (setting.stopped()) throw new Interrupted()
    const life = await Life.launch(session, of, plan)
    lives.push(life)
    return life
  }
  return {
    contract,
    isFirst,
    callersVariables: callersVariables(session.callerEnvironment, contract),
    announcedMs,
    heeds,
    isImpossible,
    launch({ instance = 0, ...launch } = {}) {
      const id = lifeId(scenario.id, instance, conditions, attempt)
      return begin(subject, { id, scenario: scenario.id, instance, conditions, launch, witness })
    },
    waits: () => place.leave(),
    linger: life => witness?.linger(life) ?? Promise.resolve(),
    async stop(life) {
      const signal = contract.stop.signals.find(heeds)
      const [request] = contract.stop.requests
      if (signal === undefined && request !== undefined) return requestStop(life, request, contract)
      if (signal === undefined) return life.kill('no signal ends it')
      life.signal(signal)
      await life.exits(contract.budgets.graceMs)
    },
    async reservePort() {
      const port: ReservedPort = await reservePort()
      releases.push(() => port.release())
      return port
    },
    async holdPort(port, address) {
      const held = await holdPort(port, address)
      if (held !== null) releases.push(() => held.close())
      return held
    },
    async install(kind) {
      const installed = await install(session, subject, kind)
      if ('impossible' in installed) {
        isImpossible(installed.impossible)
        return null
      }
      releases.push(() => installed.remove())
      return installed
    },
    calibrate: () =>
      begin(calibrationSubject(), {
        id: `calibration.${scenario.id}`,
        scenario: CALIBRATION,
        instance: 0,
        conditions: BASELINE,
        launch: {},
      }),
  }
}

function toRecorded(life: Life, keepsRaw: boolean): RecordedLife {
  const raw = keepsRaw ? { stdout: life.raw('stdout'), stderr: life.raw('stderr') } : null
  return { recording: life.toRecording(), raw }
}

/** By the ids of the lives; of those whose streams were kept. */
export function rawStreams(lives: readonly RecordedLife[]): ReadonlyMap<string, RawStreams> {
  return new Map(lives.flatMap(({ recording, raw }) => (raw === null ? [] : [[recording.id, raw] as const])))
}

function byInstance(a: RecordedLife, b: RecordedLife): number {
  return a.recording.instance - b.recording.instance
}

function lifeId(scenario: string, instance: number, conditions: Conditions, attempt: number): string {
  const kind = [
    conditions.environment === 'caller' ? '.caller-environment' : '',
    conditions.directory === 'caller' ? '.caller-directory' : '',
  ].join('')
  const again = attempt > 1 ? '.again' : ''
  return `${scenario}${instance === 0 ? '' : `.${instance}`}${kind}${again}`
}
