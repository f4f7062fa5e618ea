import type { Contract } from '../contract/contract.ts'
import { fleet } from './fleet.ts'
import { portPair } from './ports.ts'
import type { Scenario } from './scenario.ts'
import { stopOnSignal, stopWithSilentConnections } from './stop.ts'

/**
 * Every scenario that a contract calls for. The first is the baseline: the life that tells whether the sidecar
 * comes up at all.
 */
export function scenariosFor(contract: Contract): readonly [Scenario, ...Scenario[]] {
  const { signals } = contract.stop
  return [
    stopOnSignal(signals[0] ?? 'SIGTERM'),
    portPair,
    ...signals.slice(1).map(stopOnSignal),
    ...signals.map(stopWithSilentConnections),
    ...signals.map(signal => fleet(signal, contract.fleet.instances)),
  ]
}

export const PORT_PAIR: string = portPair.id
export { fleet, stopOnSignal, stopWithSilentConnections }
