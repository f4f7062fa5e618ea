import { type Fault, faults } from '../../../fixtures/faulty/catalogue.ts'

/**
 * In every test run one proof in C for each clause that has one, which is launched in a millisecond, and all files that
 * are not launched at all. A twin takes a gate of some fifty Node processes: `test:all` runs the whole gate on each.
 */
export const everyTime: readonly Fault[] = faults.filter(fault => isNeverLaunched(fault) || isFirstInC(fault))

function isNeverLaunched({ kind, outcome }: Fault): boolean {
  // A file of which there is only a warning is launched all the same.
  return kind === 'file' && outcome !== 'warn'
}

function isFirstInC(fault: Fault): boolean {
  return faults.find(({ breaks, kind }) => breaks === fault.breaks && kind === 'native') === fault
}
