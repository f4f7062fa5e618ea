import type { ClauseId } from '../../contract/catalogue.ts'

/** Judged by a stop that has nothing else to it than its signal. */
export const PLAIN_STOPS: readonly ClauseId[] = ['stop/sigterm', 'stop/sigint', 'stop/hangup']

/** Judged by whether a stop was clean, whatever is special about it. */
export const EVERY_STOP: readonly ClauseId[] = [
  ...PLAIN_STOPS,
  'stop/requested',
  'stop/idle-connections',
  'stop/silent-connections',
  'stop/in-flight',
  'stop/repeated-signal',
  'stop/during-startup',
  'fleet/clean-exit',
  'fleet/restarts',
]
