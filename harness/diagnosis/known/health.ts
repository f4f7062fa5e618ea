import type { KnownFailure } from '../known-failure.ts'
import { healthAnswerFailures } from './health-answer.ts'
import { healthBodyFailures } from './health-body.ts'
import { healthBurstFailures } from './health-burst.ts'
import { healthClockFailures, timestampInOwnZone } from './health-clock.ts'
import { healthConnectionFailures } from './health-connections.ts'
import { healthFieldFailures } from './health-fields.ts'
import { healthGarbledFailures } from './health-garbled.ts'
import { healthHeadFailures } from './health-head.ts'
import { healthIdentityFailures } from './health-identity.ts'
import { healthLatencyFailures } from './health-latency.ts'
import { healthMalformedFailures } from './health-malformed.ts'
import { healthRouteFailures, pageForAll } from './health-routes.ts'
import { noSecondAnswer } from './health-serving.ts'
import { healthSilenceFailures } from './health-silence.ts'
import { healthStatusFailures } from './health-status.ts'
import { healthUptimeFailures } from './health-uptime.ts'

/** From the particular to the general: whether it speaks another protocol is asked before what its answer means. */
export const healthFailures: readonly KnownFailure[] = [
  noSecondAnswer,
  ...healthGarbledFailures,
  ...healthAnswerFailures,
  ...healthStatusFailures,
  ...healthSilenceFailures,
  pageForAll,
  ...healthBodyFailures,
  timestampInOwnZone,
  ...healthFieldFailures,
  ...healthIdentityFailures,
  ...healthClockFailures,
  ...healthUptimeFailures,
  ...healthBurstFailures,
  ...healthLatencyFailures,
  ...healthRouteFailures,
  ...healthMalformedFailures,
  ...healthConnectionFailures,
  ...healthHeadFailures,
]
