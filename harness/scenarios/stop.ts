import type { StopSignal } from '../contract/contract.ts'
import type { Scenario } from './scenario.ts'

/** The plain life: launched, ready, told to stop. Most clauses are judged by what happens in it. */
export function stopOnSignal(signal: StopSignal): Scenario {
  return {
    id: `stop-${signal.toLowerCase()}`,
    what: `one instance, stopped by ${signal}`,
    instances: 1,
    readiness: 'start/within-budget',
    async drive(stage) {
      const life = await stage.launch()
      if (!(await life.ready())) return
      await life.look('ready')
      life.signal(signal)
      await life.exits(stage.contract.budgets.graceMs)
    },
  }
}

/**
 * A browser that preconnects, or a client that hung half-way, holds a connection on which no request ever
 * becomes complete. Node's server.close() waits for it for ever: it also stops the timer that would end it.
 */
export function stopWithSilentConnections(signal: StopSignal): Scenario {
  return {
    id: `silent-connections-${signal.toLowerCase()}`,
    what: `stopped by ${signal} while connections are open that have sent nothing, or half a request's head`,
    instances: 1,
    readiness: 'start/within-budget',
    stopsBy: signal,
    async drive(stage) {
      const life = await stage.launch()
      if (!(await life.ready())) return
      await life.holdOpen('silent')
      await life.holdOpen('half a request head')
      // Connections are accepted in their order: once this one is answered, the others are in the server's hands.
      await life.request()
      life.signal(signal)
      await life.exits(stage.contract.budgets.graceMs)
    },
  }
}
