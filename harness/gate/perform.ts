import type { StopSignal } from '../contract/contract.ts'
import { Life } from '../life/life.ts'
import type { LifePlan, Subject } from '../life/plan.ts'
import type { Session } from '../life/session.ts'
import type { RawStreams } from '../recording/archive.ts'
import type { Conditions, LifeRecording } from '../recording/recording.ts'
import type { Scenario, Stage } from '../scenarios/scenario.ts'

/** A life that was lived to its end. */
export interface RecordedLife {
  readonly recording: LifeRecording
  readonly raw: RawStreams
}

/** What all scenarios of a gate have in common. */
export interface Setting {
  readonly session: Session
  readonly subject: Subject
  readonly conditions: Conditions
  /** Which time it is that this scenario is performed under these conditions. */
  readonly attempt: number
  heeds(signal: StopSignal): boolean
  /** True when the gate was interrupted: nothing more is launched then. */
  stopped(): boolean
}

/** The gate was interrupted while a scenario still wanted to launch something. */
class Interrupted extends Error {}

/** Drives one scenario and ends its lives, whatever happens in it. Comes back with them in the order of their ids. */
export async function perform(scenario: Scenario, setting: Setting): Promise<readonly RecordedLife[]> {
  const { session, subject, conditions, attempt } = setting
  const lives: Life[] = []
  const stage: Stage = {
    contract: subject.contract,
    heeds: setting.heeds,
    async launch({ instance = 0, port = 'unset', sharing } = {}) {
      if (setting.stopped()) throw new Interrupted()
      const plan: LifePlan = {
        id: lifeId(scenario.id, instance, conditions, attempt),
        scenario: scenario.id,
        instance,
        conditions,
        port,
        ...(sharing === undefined ? {} : { sharing }),
      }
      const life = await Life.launch(session, subject, plan)
      lives.push(life)
      return life
    },
  }
  try {
    await scenario.drive(stage)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  } finally {
    await Promise.all(lives.map(life => life.end()))
  }
  return lives
    .map(life => ({
      recording: life.toRecording(),
      raw: { stdout: life.raw('stdout'), stderr: life.raw('stderr') },
    }))
    .sort((a, b) => a.recording.instance - b.recording.instance)
}

function lifeId(scenario: string, instance: number, conditions: Conditions, attempt: number): string {
  const kind = conditions.environment === 'caller' ? '.caller-environment' : ''
  const again = attempt > 1 ? '.again' : ''
  return `${scenario}${instance === 0 ? '' : `.${instance}`}${kind}${again}`
}
