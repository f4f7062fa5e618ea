import { type Fault, faults } from '../../../fixtures/faulty/catalogue.ts'

/** Cheaper than the next. */
const KINDS: readonly Fault['kind'][] = ['file', 'native', 'twin']

/**
 * In every test run one proof for each clause, the cheapest that there is: a native one is launched in a millisecond, a
 * twin takes a gate of some fifty Node processes. Files that are not launched at all are judged in no time, and so all of
 * them are. The further ways to break a clause are judged in `test:all`.
 */
export const everyTime: readonly Fault[] = faults.filter(
  fault => isNeverLaunched(fault) || isCheapestProof(fault),
)

export const inTheLongRun: readonly Fault[] = faults.filter(fault => !everyTime.includes(fault))

function isNeverLaunched({ kind, outcome }: Fault): boolean {
  // A file of which there is only a warning is launched all the same.
  return kind === 'file' && outcome !== 'warn'
}

function isCheapestProof(fault: Fault): boolean {
  const proofs = faults.filter(({ breaks }) => breaks === fault.breaks)
  const [cheapest] = proofs.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
  return cheapest === fault
}
