import { type Fault, faults } from '../../../fixtures/faulty/catalogue.ts'

/** Their clauses say why nothing came up: the gate ends there. */
const ROOT_CAUSES: readonly string[] = [
  'start/within-budget',
  'start/bounded-tree',
  'announce/on-stdout',
  'announce/well-formed',
  'announce/flushed',
  'announce/listening-first',
  'announce/own-port',
  'net/ipv4-reachable',
  'health/ready-at-announcement',
]

/**
 * A sidecar that never comes up is judged by one or two lives, and a native one is launched in a millisecond: all of
 * these are judged in every test run. Of the others, each of which takes a gate of some fifty Node processes, one for
 * each clause is, where no native one breaks it; the further ways to break it are judged in `test:all`.
 */
export const everyTime: readonly Fault[] = faults.filter(fault => isQuick(fault) || isOnlyProof(fault))

export const inTheLongRun: readonly Fault[] = faults.filter(fault => !everyTime.includes(fault))

function isQuick({ kind, breaks, outcome }: Fault): boolean {
  // A file of which there is only a warning is launched all the same, and has a whole gate of its own.
  if (kind === 'file') return outcome !== 'warn'
  return kind === 'native' || ROOT_CAUSES.includes(breaks)
}

function isOnlyProof(fault: Fault): boolean {
  const others = faults.filter(({ breaks }) => breaks === fault.breaks)
  return others[0] === fault && !others.some(isQuick)
}
