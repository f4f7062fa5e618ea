import type { KnownFailure } from '../known-failure.ts'
import { announceFlushedFailures } from './announce-flushed.ts'
import { announceLineFailures } from './announce-line.ts'
import { announceOnceFailures } from './announce-once.ts'
import { announcePortFailures } from './announce-port.ts'
import { announceStreamFailures } from './announce-stream.ts'

/** The line that tells the parent the port. From the particular to the general. */
export const announceFailures: readonly KnownFailure[] = [
  ...announceFlushedFailures,
  ...announceStreamFailures,
  ...announceOnceFailures,
  ...announceLineFailures,
  ...announcePortFailures,
]
