import type { KnownFailure } from '../known-failure.ts'
import { announceFailures } from './announce.ts'
import { artifactFailures } from './artifact.ts'
import { fleetFailures } from './fleet.ts'
import { healthFailures } from './health.ts'
import { answersNoMore } from './health-serving.ts'
import { logsFailures } from './logs.ts'
import { netFailures } from './net.ts'
import { portFailures } from './port.ts'
import { resourcesFailures } from './resources.ts'
import { startFailures } from './start.ts'
import { stopFailures } from './stop.ts'

/** All that is known, group by group; within a group from the particular to the general. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  ...artifactFailures,
  // Who gives no good answer has another fault than being late.
  ...healthFailures,
  ...startFailures,
  ...announceFailures,
  ...portFailures,
  ...netFailures,
  ...logsFailures,
  answersNoMore,
  // A fleet's own come before what every stop can have.
  ...fleetFailures,
  ...stopFailures,
  ...resourcesFailures,
]
