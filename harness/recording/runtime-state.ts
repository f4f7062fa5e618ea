/**
 * What a runtime said of itself when it was asked why its process had not ended. Names, places and numbers alone: what
 * stands in its environment, on its command line or in its memory is asked of nobody.
 */
export interface RuntimeState {
  /** `v24.21.0` */
  readonly version: string
  /** What its event loop waits for: active, and counted as a reason to go on. */
  readonly handles: readonly OpenHandle[]
  /** Of handles, beyond those; null where it did not say in time which there are. */
  readonly omittedHandles: number | null
  /** Those that are set, and counted; null where it did not say in time. */
  readonly timers: readonly OpenTimer[] | null
  /** By what keeps it going, how often: its own names, `Timeout`, `TCPServerWrap`, `FSReqCallback`. */
  readonly resources: Readonly<Record<string, number>>
  readonly workers: number
  /** What it ran when it was asked, the innermost first; none where it waited. */
  readonly frames: readonly CallFrame[]
}

export interface OpenHandle {
  /** The loop's name for it: `tcp`, `pipe`, `process`, `fs_event`, `udp`. */
  readonly type: string
  /** `127.0.0.1:41234`, or the path of a socket. */
  readonly local?: string
  /** Where a connection leads to; what listens has none. */
  readonly remote?: string
  /** Of a child process. */
  readonly pid?: number
  /** What is watched. */
  readonly path?: string
  readonly fd?: number
  readonly stdio?: 'stdin' | 'stdout' | 'stderr'
}

export interface OpenTimer {
  /** Between two turns; null for a timer that fires once. */
  readonly repeatMs: number | null
  readonly firesInMs: number
  /** Of the function that it calls; empty where that has none. */
  readonly name: string
  /** Where that function is written; null where it is the runtime's own, or was not found. */
  readonly place: Place | null
}

export interface CallFrame extends Place {
  /** Empty where the function has none. */
  readonly name: string
}

export interface Place {
  readonly file: string
  /** From 1 on. */
  readonly line: number
}
