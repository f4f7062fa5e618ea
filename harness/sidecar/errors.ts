import type { ClauseResult } from '../gate/clause-result.ts'
import type { SpecRequestError } from '../life/spec-requests.ts'
import { firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { explainBriefly, tell } from '../report/explain.ts'
import { renderTimeline } from '../report/timeline.ts'
import { PlainError } from '../text/plain-error.ts'
import type { Circumstances } from './judging.ts'

/** A life, and what it was held to. */
export interface Case {
  readonly recording: LifeRecording
  readonly circumstances: Circumstances
}

/** What a sidecar did, or did not do, in a spec. Its recording tells the rest. */
export abstract class SidecarError extends PlainError {
  override readonly blame = 'caller'
  /** All that was observed until then: plain data. */
  readonly recording: LifeRecording
  readonly #circumstances: Circumstances

  constructor({ recording, circumstances }: Case, message: string, options?: ErrorOptions) {
    super(message, options)
    this.recording = recording
    this.#circumstances = circumstances
  }

  /** For whoever keeps the recording: with this it can be judged again. */
  toCase(): Case {
    return { recording: this.recording, circumstances: this.#circumstances }
  }
}

/** It never became ready: it ended, said nothing that was expected, or gave no good answer in time. */
export class SidecarNotReadyError extends SidecarError {
  override readonly name = 'SidecarNotReadyError'
  /** The clause that says why, where one does. */
  readonly result: ClauseResult | null

  constructor(seen: Case, why: string, result: ClauseResult | null, limit: string | null) {
    const broken = result === null ? [] : [explainBriefly(result)]
    const text = [`${nameIn(seen)} never became ready: ${why}`, ...broken, ...tellLimit(limit), '']
    super(seen, [...text, tellTimeline(seen)].join('\n'))
    this.result = result
  }
}

/** The file cannot be launched, or cannot be the sidecar: it was not even tried. */
export class SidecarFileError extends PlainError {
  override readonly name = 'SidecarFileError'
  override readonly blame = 'caller'
  readonly result: ClauseResult

  constructor(sidecar: string, result: ClauseResult) {
    super(`${sidecar} was not launched.\n${explainBriefly(result)}`)
    this.result = result
  }
}

/** It did not end as its contract says, or left something behind. */
export class SidecarStopError extends SidecarError {
  override readonly name = 'SidecarStopError'
  readonly results: readonly ClauseResult[]

  constructor(seen: Case, results: readonly ClauseResult[], limit: string | null) {
    const text = [
      `${nameIn(seen)} did not end as it should.`,
      ...results.map(explainBriefly),
      ...tellLimit(limit),
    ]
    super(seen, [...text, '', tellTimeline(seen)].join('\n'))
    this.results = results
  }
}

/** It ended in the middle of things: nobody had told it to. */
export class SidecarExitError extends SidecarError {
  override readonly name = 'SidecarExitError'

  constructor(seen: Case, how: string) {
    super(seen, `${nameIn(seen)} ended by itself: ${how}.\n\n${tellTimeline(seen)}`)
  }
}

/** What was waited for was not logged, in time or at all. */
export class SidecarLogError extends SidecarError {
  override readonly name = 'SidecarLogError'
}

/** A request got no answer. `code` is what Node calls the reason: ECONNREFUSED, ECONNRESET, ETIMEDOUT. */
export class SidecarRequestError extends SidecarError {
  override readonly name = 'SidecarRequestError'
  readonly code: string

  constructor(seen: Case, message: string, cause: SpecRequestError) {
    // "fetch failed", and what that was caused by, in three steps: the message has it, unless nobody knows the reason.
    super(seen, message, cause.code === 'UNKNOWN' ? { cause } : {})
    this.code = cause.code
  }
}

function tellLimit(limit: string | null): readonly string[] {
  return limit === null ? [] : [tell('limit', limit)]
}

function nameIn({ circumstances }: Case): string {
  return circumstances.contract.name
}

/** The heading says whose it is: a fleet has several of one name. */
export function tellTimeline(seen: Case): string {
  const launched = firstEvent(seen.recording, 'launched')
  const pid = launched === null ? '' : ` (pid ${launched.pid})`
  return `What ${nameIn(seen)}${pid} did, and when:\n${renderTimeline(seen.recording)}`
}

/** Somebody asks for the port of a sidecar that has none. */
export class NoPortError extends PlainError {
  override readonly name = 'NoPortError'
  override readonly blame = 'caller'

  constructor(sidecar: string, socket: string) {
    super(`${sidecar} has no port: it serves on the socket ${socket}. sidecar.request() asks it there.`)
  }
}
