import { PlainError } from '../text/plain-error.ts'

/** What the operating system knows of a life: its processes, who listens where, and how to end them. */
export interface Host {
  readonly kind: HostKind
  /**
   * The living processes of a life: the leader's group and session, their descendants, and (where the platform shows it)
   * whatever carries the life's marker in its environment, or works in its directory. A zombie is not alive.
   */
  tree(life: LifeIdentity): Promise<ProcessInfo[]>
  /**
   * Takes note of a leader that was just launched, where that costs next to nothing: later looks need not ask every
   * process that is older than it whether it belongs. Comes back with its `startedAt`, where that is known by it.
   */
  notice(life: LifeIdentity): string | undefined
  /** The listening TCP sockets that the given processes hold, each socket once. */
  listeners(pids: readonly number[]): Promise<Listener[]>
  /** Who listens on a port, of all the machine's processes that this user may see. */
  listenersOn(port: number): Promise<Listener[]>
  /** What the given processes use at this moment. One that is no longer alive is left out. */
  usage(pids: readonly number[]): Promise<Usage[]>
  /** What a process has asked the system to do on a signal; null where the platform does not tell, or it is gone. */
  handlingOf(pid: number, signal: NodeJS.Signals): SignalHandling | null
  /** The file that a process runs, as a path by which it can be opened; null where the platform does not tell. */
  executableOf(pid: number): string | null
  /** What the given processes wait for, and whom they talk to; null where the platform does not tell. */
  activity(pids: readonly number[]): Promise<Activity | null>
  /** What the given processes' descriptors are of, the most frequent first; null where the platform does not tell. */
  descriptors(pids: readonly number[]): Promise<readonly DescriptorKind[] | null>
  /** Sends a signal to one process. False when there is no such process any more. */
  signal(pid: number, signal: NodeJS.Signals): boolean
  /** Sends a signal to a life's whole group, as a terminal does. False when nobody is left in it, or there are no groups. */
  signalGroup(leader: number, signal: NodeJS.Signals): boolean
  /** Ends the whole tree outright, and comes back when nothing of it is alive or the deadline has passed. */
  killTree(life: LifeIdentity, deadlineMs: number): Promise<ProcessInfo[]>
}

export type HostKind = 'linux' | 'posix' | 'windows'

/** What is needed to find a life's processes again, also those that left its group. */
export interface LifeIdentity {
  /** The leader: the process that was launched. On POSIX systems it leads its own group and session. */
  readonly pid: number
  /** The value of MARKER_VARIABLE in the environment that the leader was launched with. */
  readonly marker: string
  /**
   * The life's own directory, without links in it: who works in there belongs to the life, whatever else it has left. Not
   * given where others could work in there, too.
   */
  readonly directory?: string
}

/** The environment variable by which descendants that left the group are found again. */
export const MARKER_VARIABLE = 'SIDECAR_HARNESS_LIFE'

export interface ProcessInfo {
  readonly pid: number
  readonly parentPid: number
  readonly groupId: number
  /** Opaque and stable for the life of the process: tells a reused pid from the process that had it before. */
  readonly startedAt: string
  readonly command: string
}

export interface Listener {
  /** `127.0.0.1`, `::1`, `0.0.0.0`, `::`; an IPv4 address mapped into IPv6 is given as IPv4. */
  readonly address: string
  readonly port: number
  /** 0 when the platform does not tell whose socket it is. */
  readonly pid: number
}

/** What a process has used so far, and what it holds. */
export interface Usage {
  readonly pid: number
  /**
   * Processor time so far, user and system. On Linux with that of the children which it has waited for, so that
   * the sum over a tree keeps what short-lived helpers used. From `ps` of Linux to the second, of macOS to 10 ms.
   */
  readonly cpuMs: number
  /**
   * How often its busiest thread has gone to sleep so far, to wait for something, where the platform tells. Who turns
   * in a loop never does, however little of a processor a busy machine leaves for it.
   */
  readonly sleeps?: number
  /**
   * Memory in RAM, to be summed over a tree. On Linux what several of the processes asked about share is counted
   * once; elsewhere for each of them.
   */
  readonly residentBytes: number
  /** Open descriptors (handles, on Windows); null where the platform does not tell. */
  readonly descriptors: number | null
}

/**
 * `default`: the signal ends it. `caught`: some handler runs, which can be its runtime's own (Node, Go and the JVM catch
 * SIGTERM though their program does not). `blocked`: it waits until the program asks for it; a shell that just forks
 * blocks all for a moment.
 */
export type SignalHandling = 'default' | 'caught' | 'ignored' | 'blocked'

/** What processes are busy with, or wait for. */
export interface Activity {
  readonly processes: readonly ProcessActivity[]
  readonly connections: readonly Connection[]
  /** Of connections, beyond those. */
  readonly omittedConnections: number
}

export interface ProcessActivity {
  readonly pid: number
  /** R where one of its threads runs, or could; otherwise of its main thread: S sleeps, D cannot be disturbed, T is stopped. */
  readonly state: string
  /** The kernel's function in which that sleeps; null where the kernel does not tell. */
  readonly waitsIn: string | null
  readonly threads: number
  /** Signals that have come and that it has not taken: it blocks them. Of those by which a sidecar is stopped. */
  readonly pending: readonly NodeJS.Signals[]
}

/** A TCP connection that a process holds. */
export interface Connection {
  readonly pid: number
  readonly state: ConnectionState
  readonly address: string
  readonly port: number
  readonly remoteAddress: string
  readonly remotePort: number
}

/** `close wait`: the other side has hung up, and this one has not. */
export type ConnectionState = 'established' | 'close wait' | 'connecting' | 'closing'

/** Descriptors of one kind. */
export interface DescriptorKind {
  /** A path, `/tmp/*` for files of one directory that are open once; or `socket`, `pipe`, `eventpoll` and the like. */
  readonly what: string
  readonly count: number
}

/** The platform's own tool or table could not be read, so nothing can be said: never taken for "nothing there". */
export class HostLookupError extends PlainError {
  override readonly name = 'HostLookupError'
  override readonly blame = 'machine'
  readonly tool: string

  constructor(tool: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.tool = tool
  }
}
