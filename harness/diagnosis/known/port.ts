import type { KnownFailure } from '../known-failure.ts'
import { portChoiceFailures } from './port-choice.ts'
import { portExplicitFailures } from './port-explicit.ts'
import { portMisreadFailures } from './port-misread.ts'
import { portRefusalFailures } from './port-refusal.ts'
import { portTakenFailures } from './port-taken.ts'

/** Which port. From the particular to the general. */
export const portFailures: readonly KnownFailure[] = [
  ...portChoiceFailures,
  ...portExplicitFailures,
  ...portMisreadFailures,
  ...portTakenFailures,
  ...portRefusalFailures,
]
