import type { KnownFailure } from '../known-failure.ts'
import { netAddressFailures } from './net-addresses.ts'
import { netHostFailures } from './net-hosts.ts'
import { netListenerFailures } from './net-listeners.ts'
import { netLocalhostFailures } from './net-localhost.ts'
import { netOriginFailures } from './net-origins.ts'
import { netPreflightFailures } from './net-preflights.ts'
import { netStrangerFailures } from './net-strangers.ts'

export const netFailures: readonly KnownFailure[] = [
  ...netAddressFailures,
  ...netListenerFailures,
  ...netLocalhostFailures,
  ...netOriginFailures,
  ...netPreflightFailures,
  ...netHostFailures,
  ...netStrangerFailures,
]
