import type { LifeRecording, StreamName } from '../recording/recording.ts'
import type { LogPattern } from './output.ts'

/** What a spec makes a sidecar do belongs to no scenario of the gate. */
export const SPEC_SCENARIO = 'spec'

/** How a process ended: with a code, or killed by a signal. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** As `fetch` takes it. */
export interface SidecarRequestInit extends RequestInit {
  /** From the request to the end of the answer. In a test it is never longer than what is left of its timeout. */
  readonly timeoutMs?: number
}

export interface LoggedOptions {
  /** Both where it is left out. */
  readonly stream?: StreamName
  /** Five seconds where it is left out. In a test it is never longer than what is left of its timeout. */
  readonly timeoutMs?: number
}

/** A sidecar that was launched, was ready, and is recorded from its launch to its end. */
export interface Sidecar extends AsyncDisposable {
  /** The contract's. */
  readonly name: string
  /** Where it serves: `http://127.0.0.1:41234`. */
  readonly url: string
  /** Throws where it serves on a socket of the file system: see `socket`. */
  readonly port: number
  /** The path of the socket on which it serves; null for a port. */
  readonly socket: string | null
  readonly pid: number
  /** Its lines so far. */
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  /** Comes back when it has ended. Who waits for that expects it: such an end is no failure by itself. */
  readonly exited: Promise<Exit>
  /**
   * Asks it, and comes back with the answer, as `fetch` does; each request has a connection of its own. Throws
   * SidecarRequestError, which says what became of the sidecar.
   */
  request(path: string, init?: SidecarRequestInit): Promise<Response>
  /**
   * Comes back with the first line that holds the text, or fits the pattern: one that is there, or the next. Throws
   * SidecarLogError when there is none in time, or it has ended.
   */
  logged(pattern: LogPattern, options?: LoggedOptions): Promise<string>
  /** Sends a signal to it, and not to its group, as desktop apps do. */
  signal(signal: NodeJS.Signals): void
  /**
   * Stops it in the first way that its contract names, and looks what it leaves behind. Throws SidecarStopError where
   * that is not what the contract says. Safe to call twice.
   */
  stop(): Promise<Exit>
  /** All that was observed so far: plain data. */
  recording(): LifeRecording
  /** The same as text, for people. */
  timeline(): string
}
