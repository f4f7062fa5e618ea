import type { Contract } from '../contract/contract.ts'
import { fleetScenarios } from './fleet.ts'
import { healthScenarios } from './health.ts'
import { logsScenarios } from './logs.ts'
import { netScenarios } from './net.ts'
import { portPair, portScenarios } from './ports.ts'
import { resourcesScenarios } from './resources.ts'
import type { Scenario } from './scenario.ts'
import { startScenarios } from './start.ts'
import { stopOnRequest, stopOnSignal, stopScenarios } from './stop.ts'

/**
 * Every scenario that a contract calls for. The first is the baseline: the life that tells whether the sidecar
 * comes up at all. One file per group of clauses; a scenario serves every clause that it can.
 */
export function scenariosFor(contract: Contract): readonly [Scenario, ...Scenario[]] {
  const { signals } = contract.stop
  const [first] = signals
  return [
    first === undefined ? stopOnRequest : stopOnSignal(first),
    portPair,
    ...signals.slice(1).map(stopOnSignal),
    ...stopScenarios(contract),
    ...fleetScenarios(contract),
    ...portScenarios(contract),
    ...netScenarios(contract),
    ...startScenarios(contract),
    ...healthScenarios(contract),
    ...logsScenarios(contract),
    ...resourcesScenarios(contract),
  ]
}

export const PORT_PAIR: string = portPair.id
