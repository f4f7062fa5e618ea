import type { KnownFailure } from '../known-failure.ts'
import { fleetNeighbours } from './fleet-neighbours.ts'
import { fleetRaces } from './fleet-races.ts'
import { fleetStarts } from './fleet-starts.ts'
import { fleetStops } from './fleet-stops.ts'

/** What can be wrong with several at once, or over and over. What every stop can have is known to those of the stops. */
export const fleetFailures: readonly KnownFailure[] = [
  ...fleetStarts,
  ...fleetNeighbours,
  ...fleetStops,
  ...fleetRaces,
]
