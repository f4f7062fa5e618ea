import type { ClauseId } from '../contract/catalogue.ts'
import type { StopSignal } from '../contract/contract.ts'
import { type Finding, type JudgeInput, skipped } from './clause.ts'

/** The clause that a plain stop by this signal is judged by. */
export const SIGNAL_CLAUSES: Record<StopSignal, ClauseId> = { SIGTERM: 'stop/sigterm', SIGINT: 'stop/sigint' }

/** Said of all that would be judged by signals. */
export const NO_SIGNAL = 'the contract has it stopped by no signal'

/** Signals on which a plain stop was clean: with these, what else goes wrong has another cause. */
export function holdingSignals({ contract, holds }: JudgeInput): readonly StopSignal[] {
  return contract.stop.signals.filter(signal => holds(SIGNAL_CLAUSES[signal]))
}

/** The stop clause that keeps others from being judged. */
export function firstBrokenStop({ contract, holds }: JudgeInput): ClauseId {
  const broken = contract.stop.signals.find(signal => !holds(SIGNAL_CLAUSES[signal]))
  return SIGNAL_CLAUSES[broken ?? 'SIGTERM']
}

/**
 * On Windows a signal asks for nothing: whatever its name, it is TerminateProcess. Elsewhere null, unless the contract
 * has it stopped in other ways alone.
 */
export function withoutSignals({ host, contract }: JudgeInput): Finding | null {
  if (contract.stop.signals.length === 0) return skipped(NO_SIGNAL)
  if (host.kind !== 'windows') return null
  return skipped('Windows has no signals to be asked by: each of them ends a process outright')
}
