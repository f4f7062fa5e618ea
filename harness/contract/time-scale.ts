import type { Contract } from './contract.ts'

/**
 * The same contract for a machine that is `factor` times as slow (an emulator, a crowded runner): every time that a
 * sidecar is given is multiplied. What is no patience, the time for which it is watched idle, stays as it is.
 */
export function scaleTimes(contract: Contract, factor: number): Contract {
  const { budgets } = contract
  const scaled = (ms: number) => Math.max(1, Math.round(ms * factor))
  return {
    ...contract,
    budgets: {
      ...budgets,
      readyMs: scaled(budgets.readyMs),
      graceMs: scaled(budgets.graceMs),
      soonMs: scaled(budgets.soonMs),
      latencyMs: scaled(budgets.latencyMs),
    },
  }
}
