import { setImmediate as nextTurn } from 'node:timers/promises'
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
      if (!(await life.readyWithin(stage.contract.budgets.processes))) return seeOut(life, stage)
      await life.look('ready')
      await stage.linger(life)
      const { graceMs } = stage.contract.budgets
      // What it has written by now is read before it is told: what comes then, comes of the signal.
      await nextTurn()
      const said = saidBy(life)
      if (!life.isAsked) life.signal(signal)
      if ((await life.exits(graceMs)) || !hasBegunToStop(life, said)) return
      await life.isLeftAlone(LATE_BY * graceMs)
    },
  }
}

/**
 * So many times a budget is waited once more for one that is late: what takes three times as long is slow, and of what
 * takes longer nobody would say that it starts, or stops.
 */
const LATE_BY = 2

/** How much it has written so far. */
function saidBy(life: Life): number {
  return life.received('stdout') + life.received('stderr')
}

/** It has written something since, or closed its port: of who has not, nothing is to be waited for. */
function hasBegunToStop(life: Life, said: number): boolean {
  const hang = life.toRecording().events.findLast(event => event.type === 'hang')
  const hasClosed = hang?.type === 'hang' && hang.listeners.length === 0
  return hasClosed || saidBy(life) > said
}

async function seeOut(life: Life, { isFirst, contract }: Stage): Promise<void> {
  if (isFirst) await life.isSeenOut(LATE_BY * contract.budgets.readyMs)
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
export const stopOnRequest: Scenario = {
  id: 'requested',
  what: 'one instance for each request to stop that the contract names',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: true,
  async drive(stage) {
    for (const [index, request] of stage.contract.stop.requests.entries()) {
      const life = await stage.launch({ instance: index + 1 })
      if (!(await life.readyWithin(stage.contract.budgets.processes))) return seeOut(life, stage)
      await life.look('ready')
      await stage.linger(life)
      if (life.isAsked) await life.exits(stage.contract.budgets.graceMs)
      else await requestStop(life, request, stage.contract)
    }
  },
}

/** Asks it to stop in this way, and waits for its end. */
export async function requestStop(life: Life, request: StopRequest, { budgets }: Contract): Promise<void> {
  const { graceMs } = budgets
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
    // Where no signal is sent it is the baseline.
    ...(stop.requests.length === 0 || stop.signals.length === 0 ? [] : [stopOnRequest]),
    ...stop.signals.map(signal => stopWithConnections('idle-connections', signal)),
    ...stop.signals.map(signal => stopWithConnections('silent-connections', signal)),
    ...stop.signals.map(stopInFlight),
    ...(stop.signals.length === 0 ? [] : [repeatedSignal, duringStartup]),
    killed,
    parentDeath,
    stopOnHangup,
  ]
}
