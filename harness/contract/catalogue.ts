/** What a failure means: a must fails the gate, a should is a warning, a may is judged only where it is asked for. */
export type Level = 'must' | 'should' | 'may'

/**
 * The catalogue: every promise that is judged, in the order of reports. Ids never change their meaning; specs,
 * waivers, reports and docs refer to them. How each is judged stands in harness/clauses.
 */
export const CATALOGUE = {
  'artifact/executable': {
    level: 'must',
    promise: 'It is a regular file that owner, group and others may read and execute.',
  },
  'artifact/native-format': {
    level: 'must',
    promise:
      'Its format can be launched on this machine, and its architecture agrees with the machine and its name.',
  },
  'start/within-budget': {
    level: 'must',
    promise: 'It is ready (announced and healthy) within the budget.',
  },
  'start/bare-environment': {
    level: 'must',
    promise: 'It starts with what a desktop session gives and no more: a system PATH, HOME, TMPDIR.',
  },
  'announce/on-stdout': {
    level: 'must',
    promise: 'The announcement is written to stdout, and not to stderr.',
  },
  'announce/once': {
    level: 'must',
    promise: 'It is written once in the whole life.',
  },
  'announce/well-formed': {
    level: 'must',
    promise: "The line is the contract's grammar to the byte, and a newline ends it.",
  },
  'announce/listening-first': {
    level: 'must',
    promise: 'A connection made the moment the line can be read is accepted: it listens before it announces.',
  },
  'announce/own-port': {
    level: 'must',
    promise: "The announced port is listened on by the sidecar's own process tree.",
  },
  'announce/flushed': {
    level: 'must',
    promise: 'The line can be read from a pipe while the sidecar runs: stdout is not left in a buffer.',
  },
  'port/dynamic-by-default': {
    level: 'must',
    promise: 'With no port asked for, or 0, the system picks one: two instances differ, and neither fails.',
  },
  'net/loopback-only': {
    level: 'must',
    promise: 'Every listening socket is bound to loopback.',
  },
  'logs/stdout-machine-only': {
    level: 'must',
    promise: 'From start to exit stdout holds announcements, what the contract allows, and nothing else.',
  },
  'logs/on-stderr': {
    level: 'should',
    promise: 'There are human logs, and they are on stderr.',
  },
  'logs/plain-stdout': {
    level: 'must',
    promise: 'stdout is valid UTF-8 with no escape codes, NUL or byte order mark.',
  },
  'health/ready-at-announcement': {
    level: 'must',
    promise: "The first request, sent at the announcement, gets the contract's status.",
  },
  'health/schema': {
    level: 'must',
    promise: "The body is what the contract's schema says, with the right content type.",
  },
  'stop/sigterm': {
    level: 'must',
    promise: 'On SIGTERM it ends by itself, cleanly, within the grace period.',
  },
  'stop/sigint': {
    level: 'must',
    promise: 'On SIGINT it ends by itself, cleanly, within the grace period.',
  },
  'stop/silent-connections': {
    level: 'must',
    promise: "Likewise while connections are open that have sent nothing, or half a request's head.",
  },
  'stop/frees-port': {
    level: 'must',
    promise: 'Once it has exited nothing of its tree listens on its port, and the port can be bound again.',
  },
  'stop/no-orphans': {
    level: 'must',
    promise: 'Once it has exited no process that it started is left, in whatever group or session.',
  },
  'fleet/ready-together': {
    level: 'must',
    promise: 'Several instances started at once, in one home, are all ready, each on its own port.',
  },
  'fleet/independent-stop': {
    level: 'must',
    promise: 'Stopping one leaves the others serving.',
  },
  'fleet/clean-exit': {
    level: 'must',
    promise: 'All of them, signalled at once, end cleanly; once for each signal.',
  },
} as const

export type ClauseId = keyof typeof CATALOGUE

export const CLAUSE_IDS: readonly ClauseId[] = Object.keys(CATALOGUE) as ClauseId[]
