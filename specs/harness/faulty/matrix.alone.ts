import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { describeMatrix, useBench } from './matrix.ts'

/* What is over in some milliseconds is seen on a machine that has no other work meanwhile, and there the first time. */

describeMatrix(
  faults.filter(({ isBrief }) => isBrief === true),
  useBench(),
  'the whole gate',
)
