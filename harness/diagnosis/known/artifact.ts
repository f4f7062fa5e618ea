import type { KnownFailure } from '../known-failure.ts'
import { contentFailures } from './artifact-content.ts'
import { libraryFailures } from './artifact-libraries.ts'
import { machineFailures } from './artifact-machine.ts'
import { artifactModeFailures } from './artifact-mode.ts'
import { misnamed, payloadFailures, targetMissing, tooLarge } from './artifact-payload.ts'

/** What stands in the file. From the particular to the general. */
export const artifactFailures: readonly KnownFailure[] = [
  ...artifactModeFailures,
  ...contentFailures,
  ...machineFailures,
  targetMissing,
  misnamed,
  ...libraryFailures,
  ...payloadFailures,
  tooLarge,
]
