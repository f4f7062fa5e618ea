import type { KnownFailure } from '../known-failure.ts'
import { stopAbrupt } from './stop-abrupt.ts'
import { EVERY_STOP } from './stop-clauses.ts'
import { stopCodes } from './stop-codes.ts'
import { stopConnections } from './stop-connections.ts'
import { stopCrashes } from './stop-crashes.ts'
import { stopDeaths } from './stop-deaths.ts'
import { stopHangs } from './stop-hangs.ts'
import { stopsInFlight } from './stop-in-flight.ts'
import { stopLeftovers } from './stop-leftovers.ts'
import { stopsRepeated } from './stop-repeated.ts'
import { stopRequests } from './stop-requests.ts'
import { stopsInStartup } from './stop-startup.ts'

const unclean: KnownFailure = {
  id: 'does-not-end-cleanly',
  title: 'It does not end as its contract says.',
  clauses: EVERY_STOP,
  sources: ['https://github.com/minio/sidekick/issues/130'],
  fix: {
    any: 'Let what it is told by lead to one function: close the port, answer what is under way, close what is open, exit with 0, each with a limit of time.',
  },
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

/** What can be wrong with an end: first what only one kind of stop has, then what every stop can have. */
export const stopFailures: readonly KnownFailure[] = [
  ...stopRequests,
  ...stopConnections,
  ...stopsInFlight,
  ...stopsRepeated,
  ...stopsInStartup,
  ...stopDeaths,
  ...stopCrashes,
  ...stopCodes,
  ...stopHangs,
  ...stopLeftovers,
  ...stopAbrupt,
  unclean,
]
