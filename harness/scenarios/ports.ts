import type { Contract } from '../contract/contract.ts'
import { portRefusals } from './port-refusals.ts'
import type { Scenario } from './scenario.ts'

/**
 * Two at once, one with no PORT and one with PORT=0. A fixed port, or one that is fallen back to, shows only
 * when a second instance wants it too. Each is stopped by another signal, so that what comes later knows which
 * signals are worth waiting for.
 */
export const portPair: Scenario = {
  id: 'port-pair',
  what: 'two instances at once, PORT unset and PORT=0',
  instances: 2,
  readiness: 'port/dynamic-by-default',
  ordinary: true,
  async drive(stage) {
    const { stop, budgets } = stage.contract
    const unset = await stage.launch({ instance: 1 })
    await unset.ready()
    // Where the app chooses the port, as here the harness does, 0 is never asked for.
    const isChosen = stage.contract.port.unasked === 'chosen'
    const zero = await stage.launch({ instance: 2, ...(isChosen ? {} : { port: '0' }) })
    const isBeside = await zero.ready()
    await Promise.all(
      [unset, zero].map(async (life, index) => {
        const signal = stop.signals[index % stop.signals.length]
        if (signal === undefined) return stage.stop(life)
        if (!stage.heeds(signal)) return
        life.signal(signal)
        await life.exits(budgets.graceMs)
      }),
    )
    if (isBeside || isChosen) return
    // Whether it is the 0 that it does not take, or company, shows where it has none.
    const alone = await stage.launch({ instance: 3, port: '0' })
    if (await alone.ready()) await stage.stop(alone)
  },
}

/** A port of the parent's choice. */
const portExplicit: Scenario = {
  id: 'port-explicit',
  what: 'asked for a port',
  instances: 1,
  readiness: 'port/explicit',
  ordinary: true,
  async drive(stage) {
    const { port } = await stage.reservePort()
    const life = await stage.launch({ port: String(port) })
    if (!(await life.ready())) return
    await life.look('ready')
    await stage.stop(life)
  },
}

/** What the port clauses need beside the pair: nothing where there is no way to ask for a port. */
export function portScenarios({ port }: Contract): readonly Scenario[] {
  return port.kind === 'none' ? [] : [portExplicit, ...portRefusals]
}
