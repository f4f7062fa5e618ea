import type { StopSignal } from '../../../../harness/contract/contract.ts'

/** The signal that a scenario is named after. */
export function signalOf(scenario: string): StopSignal {
  return scenario.endsWith('sigint') ? 'SIGINT' : 'SIGTERM'
}
