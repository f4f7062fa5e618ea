import type { KnownFailure } from '../known-failure.ts'
import { resourcesAtRest } from './resources-at-rest.ts'
import { resourcesLeaks } from './resources-leaks.ts'
import { resourcesUptime } from './resources-uptime.ts'

/** What can be wrong while it sits there. */
export const resourcesFailures: readonly KnownFailure[] = [
  ...resourcesUptime,
  ...resourcesAtRest,
  ...resourcesLeaks,
]
