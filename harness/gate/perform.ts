import type { StopSignal } from '../contract/contract.ts'
import { Life, type LifePlan, type Subject } from '../life/life.ts'
import type { Session } from '../life/session.ts'
import type { Conditions } from '../recording/recording.ts'
import type { Scenario, Stage } from '../scenarios/scenario.ts'

/** A scenario, performed: its lives, all of them ended. */
export interface Performance {
  readonly scenario: Scenario
  readonly lives: readonly Life[]
}

/** Drives one scenario and ends its lives, whatever happens in it. */
export async function perform(
  session: Session,
  subject: Subject,
  scenario: Scenario,
  conditions: Conditions,
  heeds: (signal: StopSignal) => boolean,
): Promise<Performance> {
  const lives: Life[] = []
  const stage: Stage = {
    contract: subject.contract,
    heeds,
    async launch({ instance = 0, port = 'unset', sharing } = {}) {
      const plan: LifePlan = {
        id: lifeId(scenario.id, instance, conditions),
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
  } finally {
    await Promise.all(lives.map(life => life.end()))
  }
  return { scenario, lives: lives.sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

function lifeId(scenario: string, instance: number, conditions: Conditions): string {
  const kind = conditions.environment === 'caller' ? '.caller-environment' : ''
  return `${scenario}${instance === 0 ? '' : `.${instance}`}${kind}`
}
