import type { StopSignal } from '../contract/contract.ts'
import type { HeldConnection } from '../recording/recording.ts'
import type { Scenario } from './scenario.ts'

type OpenConnections = 'silent-connections' | 'idle-connections'

/**
 * A browser that preconnects, or a client that hung half-way, holds a connection on which no request ever
 * becomes complete: Node's server.close() waits for it for ever, as it also stops the timer that would end it. A
 * web view keeps the connections of its last requests: a server that waits for these waits until they time out.
 */
const HELD: Readonly<Record<OpenConnections, readonly HeldConnection[]>> = {
  'silent-connections': ['silent', 'half a request head'],
  'idle-connections': ['answered and kept alive', 'answered and kept alive'],
}

const WHAT: Readonly<Record<OpenConnections, string>> = {
  'silent-connections': "connections are open that have sent nothing, or half a request's head",
  'idle-connections': 'connections are open that were answered and kept alive',
}

export function stopWithConnections(kind: OpenConnections, signal: StopSignal): Scenario {
  return {
    id: `${kind}-${signal.toLowerCase()}`,
    what: `stopped by ${signal} while ${WHAT[kind]}`,
    instances: 1,
    readiness: 'start/within-budget',
    ordinary: true,
    stopsBy: signal,
    async drive(stage) {
      const life = await stage.launch()
      if (!(await life.ready())) return
      for (const connection of HELD[kind]) await life.client.hold(connection)
      // Connections are accepted in their order: once this one is answered, the others are in the server's hands, and
      // what was answered on them is done with.
      await life.client.check()
      life.signal(signal)
      await life.exits(stage.contract.budgets.graceMs)
    },
  }
}
