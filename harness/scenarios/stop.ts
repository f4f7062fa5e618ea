import type { Contract, StopRequest, StopSignal } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import type { Scenario, Stage } from './scenario.ts'
import { duringStartup, killed, parentDeath } from './stop-abrupt.ts'
import { stopWithConnections } from './stop-connections.ts'
import { repeatedSignal, stopInFlight } from './stop-in-flight.ts'

/** The plain life: launched, ready, told to stop. Most clauses are judged by what happens in it. */
export function stopOnSignal(signal: StopSignal): Scenario {
  return {
    id: `stop-${signal.toLowerCase()}`,
    what: `one instance, stopped by ${signal}`,
    instances: 1,
    readiness: 'start/within-budget',
    ordinary: true,
    async drive(stage) {
      const life = await stage.launch()
      if (!(await life.readyWithin(stage.contract.budgets.processes))) return
      await life.look('ready')
      life.signal(signal)
      await life.exits(stage.contract.budgets.graceMs)
    },
  }
}

/** What a terminal sends when its window is closed, and some session managers on log-out. */
const stopOnHangup: Scenario = {
  id: 'stop-sighup',
  what: 'one instance, stopped by SIGHUP',
  instances: 1,
  readiness: 'start/within-budget',
  // No app stops its sidecar by this.
  ordinary: false,
  async drive(stage) {
    const life = await stage.launch()
    if (!(await life.ready())) return
    life.signal('SIGHUP')
    await life.exits(stage.contract.budgets.graceMs)
  },
}

/** Each other way of stopping that the contract names, in a life of its own: one after another, in their order. */
const stopOnRequest: Scenario = {
  id: 'requested',
  what: 'one instance for each request to stop that the contract names',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: true,
  async drive(stage) {
    for (const [index, request] of stage.contract.stop.requests.entries()) {
      const life = await stage.launch({ instance: index + 1 })
      if (await life.ready()) await requestStop(life, request, stage)
    }
  },
}

async function requestStop(life: Life, request: StopRequest, { contract }: Stage): Promise<void> {
  const { graceMs } = contract.budgets
  // Its answer may be cut by the exit that it asks for: that is waited for, and recorded, no more.
  const answered =
    request.kind === 'http'
      ? life.client.send({ purpose: 'stop', method: request.method, path: request.path, timeoutMs: graceMs })
      : null
  if (request.kind === 'line') life.tell({ line: request.text })
  if (request.kind === 'stdin-closed') life.tell('closed')
  await Promise.all([answered, life.exits(graceMs)])
}

/** What the stop clauses need beside the plain life. */
export function stopScenarios({ stop }: Contract): readonly Scenario[] {
  return [
    ...(stop.requests.length === 0 ? [] : [stopOnRequest]),
    ...stop.signals.map(signal => stopWithConnections('idle-connections', signal)),
    ...stop.signals.map(signal => stopWithConnections('silent-connections', signal)),
    ...stop.signals.map(stopInFlight),
    repeatedSignal,
    duringStartup,
    killed,
    parentDeath,
    stopOnHangup,
  ]
}
