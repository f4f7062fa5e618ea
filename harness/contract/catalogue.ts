/** What a failure means: a must fails the gate, a should is a warning, a may is judged only where it is asked for. */
export type Level = 'must' | 'should' | 'may'

export const LEVELS: readonly Level[] = ['must', 'should', 'may']

/**
 * The catalogue: every promise that is judged, in the order of reports. Ids never change their meaning; specs,
 * waivers, reports and docs refer to them. How each is judged stands in harness/clauses; why it matters, and how
 * to mend what fails, in docs/clauses.
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
  'artifact/triple-name': {
    level: 'should',
    promise: "Its name is <name>-<target-triple>, with .exe on Windows, as Tauri's externalBin expects.",
  },
  'artifact/libraries-resolve': {
    level: 'must',
    promise:
      'Every shared library that it needs, its loader, and the libc version that it needs, are there (or within the floor).',
  },
  'artifact/payload': {
    level: 'must',
    promise: 'It carries its application: it is not the bare runtime that a packer started from.',
  },
  'artifact/size': { level: 'should', promise: 'It is no larger than the budget.' },

  'start/within-budget': {
    level: 'must',
    promise: 'It is ready (announced and healthy) within the budget.',
  },
  'start/any-directory': {
    level: 'must',
    promise: 'It starts from an empty working directory, and from /.',
  },
  'start/any-path': {
    level: 'must',
    promise: 'It starts when installed under a path with spaces and non-ASCII letters.',
  },
  'start/bare-environment': {
    level: 'must',
    promise: 'It starts with what a desktop session gives and no more: a system PATH, HOME, TMPDIR.',
  },
  'start/empty-environment': {
    level: 'should',
    promise: 'It starts with no environment variable at all.',
  },
  'start/hostile-environment': {
    level: 'should',
    promise: "It starts, and its stdout is the same bytes, with what users' shells hold.",
  },
  'start/any-stdin': {
    level: 'should',
    promise: 'It starts and stays up with stdin an open pipe and with /dev/null.',
  },
  'start/bounded-tree': {
    level: 'must',
    promise: 'Starting it does not multiply processes: its tree stays below a cap.',
  },
  'start/read-only-directory': {
    level: 'should',
    promise: 'It starts where neither its own nor its working directory can be written.',
  },
  'start/no-litter': {
    level: 'should',
    promise: 'After a clean exit it has left no file in its working or temporary directory.',
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
  'port/explicit': {
    level: 'must',
    promise: 'A port asked for is the port announced and served.',
  },
  'port/taken': {
    level: 'must',
    promise:
      'A port that is taken ends it soon with a non-zero exit and an explanation on stderr; nothing is announced.',
  },
  'port/invalid': {
    level: 'should',
    promise: 'A port that is no port ends it likewise.',
  },

  'net/loopback-only': {
    level: 'must',
    promise: 'Every listening socket is bound to loopback.',
  },
  'net/no-other-listeners': {
    level: 'must',
    promise: 'It listens on nothing but what it announced and what the contract allows.',
  },
  'net/ipv4-reachable': {
    level: 'must',
    promise: '127.0.0.1 reaches it (or the host that it announced).',
  },
  'net/localhost-reachable': {
    level: 'may',
    promise: 'The name localhost reaches it, whichever address a client tries first.',
  },
  'net/app-origins-allowed': {
    level: 'may',
    promise: 'Requests and preflights from the origins that the contract lists get permission.',
  },
  'net/foreign-host-refused': {
    level: 'may',
    promise: 'A request whose Host header is not loopback is refused (DNS rebinding).',
  },
  'net/foreign-origin-refused': {
    level: 'may',
    promise:
      'A cross-site request, or its preflight, from an origin that the contract does not list gets no permission.',
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
  'logs/plain-stderr': {
    level: 'should',
    promise: 'With no terminal, stderr has no escape codes.',
  },
  'logs/closed-pipes': {
    level: 'may',
    promise:
      'It goes on serving, and exits cleanly, after its parent has closed its ends of stdout and stderr.',
  },
  'logs/undrained-stderr': {
    level: 'may',
    promise: 'It goes on serving while nobody reads its stderr.',
  },

  'health/ready-at-announcement': {
    level: 'must',
    promise: "The first request, sent at the announcement, gets the contract's status.",
  },
  'health/schema': {
    level: 'must',
    promise: "The body is what the contract's schema says, with the right content type.",
  },
  'health/identity': {
    level: 'must',
    promise: 'The app, and version, in the body are those that the contract names.',
  },
  'health/clock': {
    level: 'must',
    promise: 'The timestamp is the time of the response, in UTC.',
  },
  'health/uptime': {
    level: 'must',
    promise:
      'The uptime is in seconds: young at the first probe, and grown by what the clock grew at a later one.',
  },
  'health/concurrent': {
    level: 'must',
    promise: 'A burst of requests at once is answered, every one.',
  },
  'health/latency': {
    level: 'should',
    promise: 'The slow tail of a warm probe is within the budget.',
  },
  'health/unknown-path': {
    level: 'must',
    promise: 'An unknown path is not answered as the health path is, and the sidecar lives on.',
  },
  'health/malformed-requests': {
    level: 'must',
    promise: 'Garbage, oversized headers, aborted requests: the sidecar lives on and still answers.',
  },
  'health/idle-connections': {
    level: 'must',
    promise: 'Connections that say nothing do not keep others from an answer.',
  },
  'health/head': {
    level: 'may',
    promise: 'HEAD answers as GET does, without a body.',
  },

  'stop/sigterm': {
    level: 'must',
    promise: 'On SIGTERM it ends by itself, cleanly, within the grace period.',
  },
  'stop/sigint': {
    level: 'must',
    promise: 'On SIGINT it ends by itself, cleanly, within the grace period.',
  },
  'stop/requested': {
    level: 'must',
    promise: 'On each other way of stopping that the contract names it ends likewise.',
  },
  'stop/idle-connections': {
    level: 'must',
    promise: 'Likewise while keep-alive connections, answered before, are open.',
  },
  'stop/silent-connections': {
    level: 'must',
    promise: "Likewise while connections are open that have sent nothing, or half a request's head.",
  },
  'stop/in-flight': {
    level: 'must',
    promise: 'No response is cut off, and a request that is under way at the signal is answered whole.',
  },
  'stop/repeated-signal': {
    level: 'should',
    promise: 'A second signal while it is still stopping does not spoil it.',
  },
  'stop/during-startup': {
    level: 'should',
    promise: 'A signal before it is ready ends it soon too, at whatever moment it comes.',
  },
  'stop/frees-port': {
    level: 'must',
    promise: 'Once it has exited nothing of its tree listens on its port, and the port can be bound again.',
  },
  'stop/no-orphans': {
    level: 'must',
    promise: 'Once it has exited no process that it started is left, in whatever group or session.',
  },
  'stop/killed': {
    level: 'should',
    promise: 'Killed outright, nothing of its tree survives.',
  },
  'stop/parent-death': {
    level: 'should',
    promise: 'When its parent, which held all its pipes, is killed outright, it ends soon, by itself.',
  },
  'stop/hangup': {
    level: 'may',
    promise: 'On SIGHUP it ends by itself, cleanly, within the grace period.',
  },

  'fleet/ready-together': {
    level: 'must',
    promise: 'Several instances started at once, in one home, are all ready, each on its own port.',
  },
  'fleet/independent-stop': {
    level: 'must',
    promise: 'Stopping one leaves the others serving.',
  },
  'fleet/independent-crash': {
    level: 'must',
    promise: 'Killing one outright leaves the others serving, and a new one starts where it left off.',
  },
  'fleet/clean-exit': {
    level: 'must',
    promise: 'All of them, signalled at once, end cleanly; once for each signal.',
  },
  'fleet/restarts': {
    level: 'must',
    promise: 'Started and stopped many times over, every start is ready and every end clean.',
  },

  'resources/stays-up': {
    level: 'must',
    promise: 'Left alone, it neither exits nor stops answering.',
  },
  'resources/idle-cpu': {
    level: 'should',
    promise: 'Idle, it uses next to no CPU.',
  },
  'resources/memory': {
    level: 'should',
    promise: "Idle, its tree's resident memory is within the budget; and it never outgrows its cap.",
  },
  'resources/no-descriptor-leak': {
    level: 'should',
    promise: 'Requests served do not leave descriptors behind.',
  },
  'resources/no-memory-leak': {
    level: 'should',
    promise: 'Requests served do not make it grow without end.',
  },
} as const

export type ClauseId = keyof typeof CATALOGUE

export const CLAUSE_IDS: readonly ClauseId[] = Object.keys(CATALOGUE) as ClauseId[]
