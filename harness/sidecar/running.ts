import type { WayOfStopping } from '../clauses/stop-demand.ts'
import { ending, lastWords } from '../clauses/words.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import { Deadline } from '../life/deadline.ts'
import type { Life } from '../life/life.ts'
import { SpecRequestError } from '../life/spec-requests.ts'
import { originOf, type Target } from '../life/target.ts'
import type { RawStreams } from '../recording/archive.ts'
import { firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { brand } from './brand.ts'
import { SidecarEnd } from './end.ts'
import {
  type Case,
  NoPortError,
  SidecarError,
  SidecarLogError,
  SidecarRequestError,
  tellTimeline,
} from './errors.ts'
import { type Circumstances, judgeBy, resultOf } from './judging.ts'
import { type LogPattern, Output } from './output.ts'
import { ENDLESS, type Patience, within } from './patience.ts'
import type { Exit, LoggedOptions, Sidecar, SidecarRequestInit } from './sidecar.ts'

/** What most loggers need is a millisecond; what is written after some work takes as long as that. */
const LOG_PATIENCE_MS = 5_000
/** Its exit is known a moment after a connection broke. */
const NEWS_MS = 100

export interface RunningOptions {
  readonly life: Life
  readonly circumstances: Circumstances
  readonly patience: Patience
  /** Told when nothing of it is left. */
  release(): Promise<void>
}

/** A life as a spec has it in its hands. */
export class RunningSidecar implements Sidecar {
  readonly name: string
  readonly pid: number
  readonly circumstances: Circumstances
  readonly #life: Life
  readonly #target: Target
  readonly #output: Output
  readonly #end: SidecarEnd
  #patience: Patience
  #lastSeenAtMs: number = performance.now()

  constructor({ life, circumstances, patience, release }: RunningOptions) {
    const { identity, announcement } = life
    if (identity === null || announcement === null)
      throw new Error('a sidecar that is not ready was handed out')
    brand(this)
    this.name = circumstances.contract.name
    this.pid = identity.pid
    this.circumstances = circumstances
    this.#life = life
    this.#target = announcement
    this.#patience = patience
    this.#end = new SidecarEnd(life, circumstances, () => this.#patience, release)
    this.#output = new Output((stream, offset) => life.heardSince(stream, offset))
    life.onOutput(stream => {
      this.#lastSeenAtMs = performance.now()
      this.#output.hasMore(stream)
    })
  }

  get url(): string {
    return originOf(this.#target)
  }

  get port(): number {
    const { port, socket } = this.#target
    if (port === null) throw new NoPortError(this.name, socket ?? '')
    return port
  }

  get socket(): string | null {
    return this.#target.socket ?? null
  }

  get stdout(): readonly string[] {
    return this.recording().stdout.lines.map(({ text }) => text)
  }

  get stderr(): readonly string[] {
    return this.recording().stderr.lines.map(({ text }) => text)
  }

  get exited(): Promise<Exit> {
    this.#end.expect()
    return this.#life.whenExited().then(() => this.#end.exit())
  }

  get hasExited(): boolean {
    return this.#life.hasExited
  }

  /** From now on somebody else's time counts: that of the next test, or none. */
  waitsWith(patience: Patience): void {
    this.#patience = patience
  }

  async request(path: string, { timeoutMs = Infinity, ...init }: SidecarRequestInit = {}): Promise<Response> {
    this.#lastSeenAtMs = performance.now()
    const limitMs = within(timeoutMs, this.#patience)
    try {
      return await this.#life.client.fetch(path, { init, timeoutMs: limitMs })
    } catch (error) {
      if (!(error instanceof SpecRequestError)) throw error
      // Where the time is over there is none left for news either.
      if (error.code !== 'ETIMEDOUT') await this.#life.isLeftAlone(NEWS_MS)
      const asked = `${init.method ?? 'GET'} ${path} to ${this.name} (${this.url})`
      const limit = error.code === 'ETIMEDOUT' ? this.#limit(limitMs < timeoutMs) : ''
      const told = `${asked}: ${error.message}${limit}; ${this.#state()}`
      throw fromCaller(new SidecarRequestError(this.toCase(), told, error), this.request)
    }
  }

  async logged(
    pattern: LogPattern,
    { stream, timeoutMs = LOG_PATIENCE_MS }: LoggedOptions = {},
  ): Promise<string> {
    const limitMs = within(timeoutMs, this.#patience)
    const line = await this.#output.wait(pattern, stream, limitMs, this.#life.whenExited())
    if (line !== null) return line
    const what = `nothing like ${typeof pattern === 'string' ? JSON.stringify(pattern) : pattern}`
    const where = stream === undefined ? '' : ` on ${stream}`
    const when = this.hasExited ? '' : ` within ${duration(limitMs)}${this.#limit(limitMs < timeoutMs)}`
    const said = lastWords(this.recording(), 'stdout')
    const told = `${this.name} logged ${what}${where}${when}; ${this.#state()}; ${said}`
    throw fromCaller(new SidecarLogError(this.toCase(), told), this.logged)
  }

  /** What was logged so far: the first line that fits. */
  findLogged(pattern: LogPattern, stream?: LoggedOptions['stream']): string | null {
    return this.#output.find(pattern, stream)
  }

  signal(signal: NodeJS.Signals): void {
    this.#end.signal(signal)
  }

  async stop(): Promise<Exit> {
    try {
      return await this.#end.stop()
    } catch (error) {
      throw error instanceof SidecarError ? fromCaller(error, this.stop) : error
    }
  }

  /** Stops it, unless somebody has. Nobody's deadline hangs over it: what its contract gives it, it gets. */
  dispose(): Promise<void> {
    this.#patience = ENDLESS
    return this.#end.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  recording(): LifeRecording {
    return this.#life.toRecording()
  }

  timeline(): string {
    return tellTimeline(this.toCase())
  }

  toCase(): Case {
    return { recording: this.recording(), circumstances: this.circumstances }
  }

  /** The kept bytes of its streams, as they came. */
  raw(): RawStreams {
    return { stdout: this.#life.raw('stdout'), stderr: this.#life.raw('stderr') }
  }

  /** Stops it, and throws nothing: for whoever judges what it leaves behind. */
  settle(): Promise<void> {
    return this.#end.settle()
  }

  /** What its life showed so far, by a clause of the catalogue. */
  judge(id: ClauseId): ClauseResult {
    const recording = this.recording()
    return resultOf(id, judgeBy(id, recording, this.circumstances), recording, this.circumstances)
  }

  /** Tells it to stop, in the contract's first way where none is given, and judges how it does. Null where there is no way. */
  judgeExit(way: WayOfStopping | null = null): Promise<ClauseResult | null> {
    return this.#end.judgeExit(way)
  }

  /** Where it listens is known when somebody has looked. */
  look(): Promise<void> {
    return this.#life.look('in a spec')
  }

  /** On performance.now(): when it wrote something, or was asked by us. */
  get lastSeenAtMs(): number {
    return this.#lastSeenAtMs
  }

  /** Waits for a moment until what came of requests is written down. */
  async catchUp(): Promise<void> {
    await new Deadline(NEWS_MS).before(this.#life.client.fetchesRecorded())
  }

  /** Whether whoever runs the test tells what it did, when it fails. */
  isTold = false

  /** Asks for the health path, or whatever else the contract says that it is well by. */
  check(): Promise<boolean> {
    const { readyMs } = this.circumstances.contract.budgets
    return this.#life.client.check(within(readyMs, this.#patience))
  }

  #limit(isShort: boolean): string {
    const { limit } = this.#patience
    return isShort && limit !== null ? ` (${limit})` : ''
  }

  /** Whether it lives, and what it said last. */
  #state(): string {
    const recording = this.recording()
    const exit = firstEvent(recording, 'exit')
    const words = lastWords(recording, 'stderr')
    if (exit === null) return `it is running; ${words}`
    return `${ending(recording)}, ${duration(sinceLaunch(recording, exit.atMs))} after its launch; ${words}`
  }
}

/** Its stack begins with whoever called: what stands in this file explains nothing. */
function fromCaller(error: Error, called: (...args: never[]) => unknown): Error {
  Error.captureStackTrace(error, called)
  return error
}
