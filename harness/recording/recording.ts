import type { Reading } from '../contract/announcement.ts'
import type { Activity, DescriptorKind, Listener, ProcessInfo, SignalHandling, Usage } from '../host/host.ts'
import type { LocalAddress } from '../host/listening.ts'
import type { RuntimeState } from './runtime-state.ts'

/**
 * Everything observed in one life, from launch to the last process gone. Plain data: what is here is all
 * that a judge may know. Times (`atMs`) are milliseconds on the gate's one monotonic clock.
 */
export interface LifeRecording {
  /** `<scenario>` or `<scenario>.<instance>`; unique within a gate. */
  readonly id: string
  readonly scenario: string
  readonly instance: number
  readonly conditions: Conditions
  readonly events: readonly LifeEvent[]
  readonly stdout: StreamRecording
  readonly stderr: StreamRecording
}

/**
 * Under what all lives of a gate are launched. The baseline is a bare environment and an empty directory of the
 * life's own; kinder conditions, those of whoever calls the harness, tell what a sidecar misses.
 */
export interface Conditions {
  readonly environment: 'bare' | 'caller'
  readonly directory: 'private' | 'caller'
}

export const BASELINE: Conditions = { environment: 'bare', directory: 'private' }

/** The scenario of lives that are none of the sidecar's: a program that does nothing else shows how late this machine is. */
export const CALIBRATION = 'calibration'

/** The scenario of lives that are compared with those of another binary: launched, looked at when ready, told to stop. */
export const PLAIN = 'plain'

export type StreamName = 'stdout' | 'stderr'

/** Where an announcement can be read. */
export type AnnouncedBy = StreamName | 'descriptor' | 'file' | 'listener'

export interface StreamRecording {
  /** A desktop app gives a real pipe; Node's own `pipe` is a socketpair, on which `> /dev/stdout` fails. */
  readonly transport: 'pipe' | 'socketpair'
  readonly bytes: number
  /** Bytes between the kept head and the kept tail of a stream too long to keep whole. */
  readonly omittedBytes: number
  readonly lines: readonly Line[]
  /** Lines that were cut out of `lines` because there were too many. */
  readonly omittedLines: number
  readonly flaws: readonly StreamFlaw[]
  /** When the last process that held the stream let go of it; null when it was still held at the end. */
  readonly closedAtMs: number | null
}

export interface Line {
  /** When its last byte could be read. */
  readonly atMs: number
  readonly text: string
  readonly bytes: number
  /** `none` for what stood at the end of the stream without a newline. */
  readonly ending: 'lf' | 'crlf' | 'none'
  /** What the contract's announcement grammar says of it. */
  readonly reading: Reading
}

export interface StreamFlaw {
  readonly kind: 'escape code' | 'NUL' | 'byte order mark' | 'invalid UTF-8'
  readonly atMs: number
  /** The line that it is in, made printable. */
  readonly excerpt: string
}

/**
 * Why a request was sent: the one at the announcement, another try until ready, a look whether it still serves, or
 * what its scenario asks.
 */
export type RequestPurpose =
  | 'first'
  | 'retry'
  | 'check'
  | 'under way'
  | 'unknown path'
  | 'localhost'
  | 'app origin'
  | 'app preflight'
  | 'foreign origin'
  | 'foreign preflight'
  | 'foreign host'
  | 'stop'
  /** A spec of somebody's own asks. */
  | 'test'

/** A connection on which nothing is asked, or nothing more. */
export type HeldConnection = 'silent' | 'half a request head' | 'answered and kept alive'

export type LifeEvent = { readonly atMs: number } & (
  | LaunchEvent
  | ConversationEvent
  | LookEvent
  | EndEvent
  | {
      readonly type: 'deadline'
      /** `tree`: that nothing of its tree is left. */
      readonly waitedFor: 'announcement' | 'health' | 'exit' | 'tree'
      readonly budgetMs: number
    }
)

type LaunchEvent =
  | {
      readonly type: 'launch'
      readonly file: string
      readonly args: readonly string[]
      readonly directory: string
      readonly variables: readonly string[]
      /** The port that it was asked for, as it was written; null for none. */
      readonly port: string | null
      /** Where another program listened on that port; null for nowhere. */
      readonly heldOn: LocalAddress | null
      readonly stdin: 'pipe' | 'null'
    }
  | {
      readonly type: 'launched'
      readonly pid: number
      /** What was launched is a parent that launches the sidecar in its turn, and holds all its pipes. */
      readonly isParent?: true
    }
  /** The sidecar itself, where a parent of its own has launched it. */
  | { readonly type: 'found-behind-parent'; readonly process: ProcessInfo }
  | { readonly type: 'launch-failed'; readonly code: string; readonly message: string }
  | {
      readonly type: 'announcement'
      /** Where it was read. */
      readonly by: AnnouncedBy
      /** Null where it serves on a socket of the file system. */
      readonly port: number | null
      readonly host: string | null
      readonly socket?: string
      readonly secure?: true
    }
  | { readonly type: 'ready' }

type ConversationEvent =
  | {
      readonly type: 'request'
      readonly request: number
      readonly purpose: RequestPurpose
      readonly method: string
      readonly path: string
      /** Beyond those of every request. */
      readonly headers: Readonly<Record<string, string>>
      /** Of the connection; for a socket of the file system its path, and no port. */
      readonly address: string
      readonly port: number | null
    }
  | { readonly type: 'connected'; readonly request: number }
  | {
      readonly type: 'request-failed'
      readonly request: number
      readonly code: string
      readonly message: string
      /** Of an answer, before it failed. */
      readonly receivedBytes: number
    }
  | {
      readonly type: 'response'
      readonly request: number
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly contentType: string | null
      readonly body: string
      readonly bodyBytes: number
      readonly wallTime: string
      readonly schemaProblems: readonly string[]
    }
  | Volley
  | {
      /** Bytes that were sent as they are, and what came of them. */
      readonly type: 'raw-exchange'
      readonly purpose: 'malformed' | 'head' | 'once more'
      readonly what: string
      /** Where it is malformed: what of it a server may stumble over. */
      readonly kind?: MalformedKind
      readonly sentBytes: number
      readonly receivedBytes: number
      /** The beginning of the answer. */
      readonly answer: string
      /** Who ended the connection, or that nobody had when the time for it was over. */
      readonly end: 'closed by the sidecar' | 'closed by us' | 'still open' | 'never accepted'
      readonly error: string | null
    }
  /** It was asked once more, and otherwise, when no good answer had come in time. */
  | { readonly type: 'second-opinions'; readonly answers: readonly SecondOpinion[] }
  | { readonly type: 'held-open'; readonly connection: HeldConnection; readonly error: string | null }
  | { readonly type: 'stdin'; readonly what: 'line' | 'closed' }
  | {
      readonly type: 'stream-reading'
      readonly stream: StreamName
      readonly what: 'closed' | 'paused' | 'resumed'
      /** What had come on it by then. */
      readonly receivedBytes: number
    }

/** In what a request is none, or an odd one: in its bytes, its first line, its target, its size; or its client gives up. */
export type MalformedKind = 'no HTTP' | 'request line' | 'target' | 'header' | 'size' | 'body' | 'given up'

/** What came of a request that differs in one thing from that for the health path. */
export interface SecondOpinion {
  /** The unknown path is one that nobody can know: who answers that answers everything. `name` is the Host header's. */
  readonly of: 'path' | 'unknown path' | 'protocol' | 'name'
  /** `/healthz`, `https`, `localhost:41234`. */
  readonly asked: string
  /** Null for no answer. */
  readonly status: number | null
}

/** Many requests, in numbers. */
export interface Volley {
  readonly type: 'volley'
  /** Where it is not the health path. */
  readonly path?: string
  readonly purpose: 'burst' | 'latency' | 'load'
  /** `sidecar`, or `calibration`: the same asked of a program that does nothing else, to measure the machine. */
  readonly of: 'sidecar' | 'calibration'
  readonly requests: number
  readonly connections: number
  /** With the contract's status; where it is not the health path that was asked for, with any. */
  readonly answered: number
  /** Of each answer, in the order in which they came. */
  readonly latenciesMs: readonly number[]
  /** What else came, and how often: a status, or an error's code and message. */
  readonly failures: readonly { readonly what: string; readonly count: number }[]
  /** From its first request to its last answer. Recordings of before had it not. */
  readonly tookMs?: number
  /**
   * How late this machine was meanwhile: the slowest answer of the program that does nothing else, or of our own timer.
   * Null where that program did not answer.
   */
  readonly machineMs?: number | null
}

type LookEvent =
  | { readonly type: 'tree'; readonly moment: string; readonly processes: readonly ProcessInfo[] }
  | { readonly type: 'tree-burst'; readonly processes: number; readonly cap: number }
  /** Its tree had more memory than it may ever have, and was ended for that. */
  | { readonly type: 'memory-burst'; readonly bytes: number; readonly capBytes: number }
  | { readonly type: 'listeners'; readonly moment: string; readonly listeners: readonly Listener[] }
  | { readonly type: 'usage'; readonly moment: string; readonly processes: readonly Usage[] }
  /** It was still there when the time for its exit was over, or not ready when that for its start was: what it was doing then. */
  | {
      readonly type: 'hang'
      readonly processes: readonly ProcessInfo[]
      readonly listeners: readonly Listener[]
      readonly usage: readonly Usage[]
      /** How much processor time each used, and how often it slept, while it was looked at for so long. */
      readonly busy: readonly Pick<Usage, 'pid' | 'cpuMs' | 'sleeps'>[]
      readonly windowMs: number
      /** Null where the platform does not tell. */
      readonly activity: Activity | null
    }
  /** What changed between two looks, in a life that is watched closely. */
  | { readonly type: 'process-started' | 'process-ended'; readonly process: ProcessInfo }
  | { readonly type: 'listener-opened' | 'listener-closed'; readonly listener: Listener }
  /** How many cores' worth of processor time its processes took over the last half second. */
  | { readonly type: 'load'; readonly cores: number; readonly residentBytes: number }
  /**
   * It had been told to stop, its time was over, and before it was killed its runtime was asked what keeps it going. Of
   * one whose runtime answers no such question there is none.
   */
  | {
      readonly type: 'runtime-state'
      readonly runtime: 'node'
      readonly pid: number
      /** Null where nothing came of it. */
      readonly state: RuntimeState | null
      /** What was tried, and why nothing came of it, or not all. */
      readonly problem: string | null
      readonly tookMs: number
    }
  /** What its processes hold open, where the platform tells. */
  | { readonly type: 'descriptors'; readonly moment: string; readonly kinds: readonly DescriptorKind[] }
  | { readonly type: 'lookup-failed'; readonly what: string; readonly message: string }

type EndEvent =
  | {
      readonly type: 'signal'
      readonly signal: NodeJS.Signals
      readonly delivered: boolean
      /** To the leader alone, as desktop apps do it, or to its whole group, as a terminal does. */
      readonly to: 'leader' | 'group'
      /** What the leader had asked the system to do on it, right before it was sent; where the platform tells. */
      readonly handling?: SignalHandling
    }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'killed'; readonly why: string }
  /** Its leader had ended, and nothing else of its tree was left either. */
  | { readonly type: 'tree-gone' }
  | {
      readonly type: 'port-freed'
      readonly port: number
      readonly free: boolean
      readonly error: string | null
      readonly holders: readonly Listener[]
    }
  | { readonly type: 'leftovers'; readonly processes: readonly ProcessInfo[] }
  /** What stood in its working and temporary directory once it was gone. */
  | { readonly type: 'litter'; readonly files: readonly LeftFile[]; readonly omitted: number }
  | { readonly type: 'ended' }

export interface LeftFile {
  readonly where: 'working directory' | 'temporary directory'
  readonly path: string
  readonly bytes: number
}

export type EventOf<T extends LifeEvent['type']> = Extract<LifeEvent, { type: T }>
