import type { Contract, StopSignal } from '../contract/contract.ts'
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
    ordinary: true,
    async drive(stage) {
      const { graceMs } = stage.contract.budgets
      const lives = await launchTogether(stage, instances)
      const ready = await Promise.all(lives.map(life => life.ready()))
      const [first, ...rest] = lives
      if (first === undefined || ready.includes(false) || !stage.heeds(signal)) return
      first.signal(signal)
      await first.exits(graceMs)
      await Promise.all(rest.map(life => life.client.check()))
      for (const life of rest) life.signal(signal)
      await Promise.all(rest.map(life => life.exits(graceMs)))
    },
  }
}

/**
 * One of several is killed outright, as the system does it, or a user in the task manager: what it held of their
 * common home it had no time to let go. The others must not notice, and a new one has to cope with what it left.
 */
const crash: Scenario = {
  id: 'fleet-crash',
  what: 'two instances in one home, one of them killed outright, then a new one',
  instances: 2,
  readiness: null,
  // One of them is killed, and another one meets what that left behind: neither is a usual life.
  ordinary: false,
  async drive(stage) {
    const lives = await launchTogether(stage, 2)
    const ready = await Promise.all(lives.map(life => life.ready()))
    const [victim, witness] = lives
    if (victim === undefined || witness === undefined || ready.includes(false)) return
    victim.signal('SIGKILL')
    await victim.exits(stage.contract.budgets.soonMs)
    const successor = await stage.launch({ instance: 3, sharing: victim })
    await Promise.all([successor.ready(), witness.client.check()])
    await Promise.all([stage.stop(successor), stage.stop(witness)])
  },
}

/** Over and over in one home, as a user starts and quits an app: each start meets what the last end left. */
function restarts(times: number): Scenario {
  return {
    id: 'restarts',
    what: `started and stopped ${times} times in one home`,
    instances: 1,
    readiness: null,
    ordinary: true,
    async drive(stage) {
      const { signals } = stage.contract.stop
      const heeded = signals.filter(signal => stage.heeds(signal))
      let first: Life | null = null
      for (let turn = 0; turn < times; turn++) {
        const sharing = first === null ? {} : { sharing: first }
        const life = await stage.launch({ instance: turn + 1, ...sharing })
        first ??= life
        const signal = heeded[turn % heeded.length]
        if (!(await life.ready()) || signal === undefined) return
        life.signal(signal)
        if (!(await life.exits(stage.contract.budgets.graceMs))) return
      }
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

/** What the fleet clauses need. */
export function fleetScenarios({ stop, fleet: amounts }: Contract): readonly Scenario[] {
  return [...stop.signals.map(signal => fleet(signal, amounts.instances)), crash, restarts(amounts.restarts)]
}
