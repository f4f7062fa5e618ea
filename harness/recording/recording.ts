import type { Reading } from '../contract/announcement.ts'
import type { Listener, ProcessInfo } from '../host/host.ts'

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

/** Under what a life is launched. The baseline is the bare environment; kinder ones tell what a sidecar misses. */
export interface Conditions {
  readonly environment: 'bare' | 'caller'
}

export const BASELINE: Conditions = { environment: 'bare' }

export type StreamName = 'stdout' | 'stderr'

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

/** Why a request was sent: the one at the announcement, another try until ready, or a look whether it still serves. */
export type RequestPurpose = 'first' | 'retry' | 'check'

export type LifeEvent = { readonly atMs: number } & (
  | {
      readonly type: 'launch'
      readonly file: string
      readonly args: readonly string[]
      readonly directory: string
      readonly variables: readonly string[]
    }
  | { readonly type: 'launched'; readonly pid: number }
  | { readonly type: 'launch-failed'; readonly code: string; readonly message: string }
  | {
      readonly type: 'announcement'
      readonly stream: StreamName
      readonly port: number
      readonly host: string | null
    }
  | {
      readonly type: 'request'
      readonly request: number
      readonly purpose: RequestPurpose
      readonly path: string
      readonly address: string
      readonly port: number
    }
  | { readonly type: 'connected'; readonly request: number }
  | {
      readonly type: 'request-failed'
      readonly request: number
      readonly code: string
      readonly message: string
    }
  | {
      readonly type: 'response'
      readonly request: number
      readonly status: number
      readonly contentType: string | null
      readonly body: string
      readonly bodyBytes: number
      readonly wallTime: string
      readonly schemaProblems: readonly string[]
    }
  | { readonly type: 'ready' }
  | {
      readonly type: 'deadline'
      readonly waitedFor: 'announcement' | 'health' | 'exit'
      readonly budgetMs: number
    }
  | {
      readonly type: 'held-open'
      readonly connection: 'silent' | 'half a request head'
      readonly error: string | null
    }
  | { readonly type: 'tree'; readonly moment: string; readonly processes: readonly ProcessInfo[] }
  | { readonly type: 'listeners'; readonly moment: string; readonly listeners: readonly Listener[] }
  | {
      readonly type: 'port-holders'
      readonly moment: string
      readonly port: number
      readonly holders: readonly Listener[]
    }
  | { readonly type: 'signal'; readonly signal: NodeJS.Signals; readonly delivered: boolean }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'killed'; readonly why: string }
  | {
      readonly type: 'port-freed'
      readonly port: number
      readonly free: boolean
      readonly error: string | null
      readonly holders: readonly Listener[]
    }
  | { readonly type: 'leftovers'; readonly processes: readonly ProcessInfo[] }
  | { readonly type: 'lookup-failed'; readonly what: string; readonly message: string }
  | { readonly type: 'ended' }
)

export type EventOf<T extends LifeEvent['type']> = Extract<LifeEvent, { type: T }>
