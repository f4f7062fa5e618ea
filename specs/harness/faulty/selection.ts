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

/** A twin where the one in C is brief: beside other specs it would now and then not be seen. */
function isFirstInC(fault: Fault): boolean {
  const launched = faults.filter(({ breaks, kind }) => breaks === fault.breaks && kind !== 'file')
  if (!launched.some(({ kind }) => kind === 'native')) return false
  const steady = launched.filter(({ isBrief }) => isBrief !== true)
  return (steady.find(({ kind }) => kind === 'native') ?? steady[0]) === fault
}
