import type { StopSignal } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import type { Scenario, Stage } from './scenario.ts'

/**
 * Several at once that share one home, as on a user's machine: two windows of an app, or an old one that is
 * still there while the new one starts. One is stopped first, the rest must not notice; then all are.
 */
export function fleet(signal: StopSignal, instances: number): Scenario {
  return {
    id: `fleet-${signal.toLowerCase()}`,
    what: `${instances} instances at once in one home, one stopped by ${signal}, then the rest at once`,
    instances,
    readiness: 'fleet/ready-together',
    async drive(stage) {
      const { graceMs } = stage.contract.budgets
      const lives = await launchTogether(stage, instances)
      const ready = await Promise.all(lives.map(life => life.ready()))
      const [first, ...rest] = lives
      if (first === undefined || ready.includes(false) || !stage.heeds(signal)) return
      first.signal(signal)
      await first.exits(graceMs)
      await Promise.all(rest.map(life => life.request()))
      for (const life of rest) life.signal(signal)
      await Promise.all(rest.map(life => life.exits(graceMs)))
    },
  }
}

async function launchTogether(stage: Stage, instances: number): Promise<Life[]> {
  const first = await stage.launch({ instance: 1 })
  const others = Array.from({ length: instances - 1 }, (_, index) =>
    stage.launch({ instance: index + 2, sharing: first }),
  )
  return [first, ...(await Promise.all(others))]
}
