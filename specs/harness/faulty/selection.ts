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

/** Cheaper than the next. */
const KINDS: readonly Fault['kind'][] = ['file', 'native', 'twin']

/**
 * In every test run one proof for each clause, the cheapest that there is: a native one is launched in a millisecond, a
 * twin takes a gate of some fifty Node processes. What never comes up, or is not launched at all, is judged by one or two
 * lives, and so all of these are too. The further ways to break a clause are judged in `test:all`.
 */
export const everyTime: readonly Fault[] = faults.filter(fault => isSoonOver(fault) || isCheapestProof(fault))

export const inTheLongRun: readonly Fault[] = faults.filter(fault => !everyTime.includes(fault))

function isSoonOver({ kind, breaks, outcome }: Fault): boolean {
  // A file of which there is only a warning is launched all the same.
  if (kind === 'file') return outcome !== 'warn'
  return ROOT_CAUSES.includes(breaks)
}

function isCheapestProof(fault: Fault): boolean {
  const proofs = faults.filter(({ breaks }) => breaks === fault.breaks)
  const [cheapest] = proofs.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
  return cheapest === fault
}
