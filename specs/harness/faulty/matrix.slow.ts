import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { describeMatrix, useBench } from './matrix.ts'

/*
 * The whole gate on every faulty sidecar: as many gates as these need take longer than a test run may. Brief faults are
 * proven in matrix.alone.ts.
 */

describeMatrix(
  faults.filter(({ isBrief }) => isBrief !== true),
  useBench(),
  'the whole gate',
)
