import type { KnownFailure } from '../known-failure.ts'
import { logsClosedFailures } from './logs-closed.ts'
import { logsFlawFailures } from './logs-flaws.ts'
import { logsStderrFailures } from './logs-stderr.ts'
import { logsStdoutFailures } from './logs-stdout.ts'
import { logsUndrainedFailures } from './logs-undrained.ts'

export const logsFailures: readonly KnownFailure[] = [
  ...logsStdoutFailures,
  ...logsStderrFailures,
  ...logsFlawFailures,
  ...logsClosedFailures,
  ...logsUndrainedFailures,
]
