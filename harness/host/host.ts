import { PlainError } from '../text/plain-error.ts'

/** What the operating system knows of a life: its processes, who listens where, and how to end them. */
export interface Host {
  readonly kind: HostKind
  /**
   * The living processes of a life: the leader's group and session, their descendants, and (where the
   * platform shows it) whatever carries the life's marker in its environment. A zombie is not alive.
   */
  tree(life: LifeIdentity): Promise<ProcessInfo[]>
  /** The listening TCP sockets that the given processes hold, each socket once. */
  listeners(pids: readonly number[]): Promise<Listener[]>
  /** Who listens on a port, of all the machine's processes that this user may see. */
  listenersOn(port: number): Promise<Listener[]>
  /** Sends a signal to one process. False when there is no such process any more. */
  signal(pid: number, signal: NodeJS.Signals): boolean
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
