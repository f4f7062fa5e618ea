import { describeMatrix, useBench } from './matrix.ts'
import { inTheLongRun } from './selection.ts'

/* The further ways to break a clause: as many gates as these need take longer than a test run may. */

describeMatrix(inTheLongRun, useBench())
