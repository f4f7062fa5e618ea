import type { WayOfStopping } from '../clauses/stop-demand.ts'
import { ending } from '../clauses/words.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import { Deadline } from '../life/deadline.ts'
import type { Life } from '../life/life.ts'
import { exitedByItself, firstEvent, sinceLaunch } from '../recording/query.ts'
import { duration } from '../text/duration.ts'
import { type Case, SidecarExitError, SidecarStopError } from './errors.ts'
import { type Circumstances, endClause, judgeBy, judgeEnd, resultOf } from './judging.ts'
import { type Patience, within } from './patience.ts'
import type { Exit } from './sidecar.ts'

/** What is judged of every life that has ended by itself. */
const LEFT_BEHIND: readonly ClauseId[] = ['stop/frees-port', 'stop/no-orphans']

/** How the life of a spec's sidecar ends, by whose word, and whether that was as its contract says. */
export class SidecarEnd {
  readonly #life: Life
  readonly #circumstances: Circumstances
  readonly #patience: () => Patience
  readonly #release: () => Promise<void>
  /** How it was told to stop, by us or by the spec. */
  #demand: WayOfStopping | null = null
  #grantedMs: number
  #isExpected = false
  #isKilled = false
  #isJudged = false
  #isLeftJudged = false
  #isHeard = false
  #stopping: Promise<Exit> | null = null
  #clearing: Promise<void> = Promise.resolve()

  constructor(
    life: Life,
    circumstances: Circumstances,
    patience: () => Patience,
    release: () => Promise<void>,
  ) {
    this.#life = life
    this.#circumstances = circumstances
    this.#patience = patience
    this.#release = release
    this.#grantedMs = circumstances.contract.budgets.graceMs
  }

  /** The spec waits for its exit: one that nobody asked for is no crash then. */
  expect(): void {
    this.#isExpected = true
  }

  /** The spec sends a signal: by those that ask for an end, the end is judged. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP') this.#demand ??= signal
    this.#isKilled ||= signal === 'SIGKILL'
    this.#life.signal(signal)
  }

  /** Tells it to stop, waits for that, and judges it: what is found is for whoever asked, and nobody else. */
  async judgeExit(way: WayOfStopping | null): Promise<ClauseResult | null> {
    const demand = way ?? this.#demand ?? this.#firstWay()
    if (demand === null) return null
    this.#isJudged = true
    await this.#bringToExit(demand)
    return this.#resultOfExit(demand)
  }

  /** Stops it and clears everything away. Throws where that was not as the contract says. */
  stop(): Promise<Exit> {
    this.#isHeard = true
    return this.#begin()
  }

  /** Stops it, for whoever judges what it leaves behind; how it ended is told by whoever stops it. */
  async settle(): Promise<void> {
    this.#isLeftJudged = true
    await Promise.allSettled([this.#begin()])
    await this.#clearing
  }

  /** Stops it where nobody has; what an earlier stop had to say, its caller has heard. */
  async dispose(): Promise<void> {
    const stopping = this.#begin()
    await Promise.allSettled([stopping])
    await this.#clearing
    if (!this.#isHeard) await stopping
  }

  #begin(): Promise<Exit> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<Exit> {
    try {
      const demand = this.#demand ?? this.#firstWay()
      if (this.#isKilled || demand === null) await this.#kill()
      else await this.#bringToExit(demand)
    } finally {
      this.#clearing = this.#clearAway()
      await this.#inTime(this.#clearing)
    }
    const recording = this.#life.toRecording()
    const exit = exitedByItself(recording)
    if (exit !== null && !this.#isExpected) {
      const when = duration(sinceLaunch(recording, exit.atMs))
      throw new SidecarExitError(
        this.#case(),
        `${ending(recording)} ${when} after its launch, and nobody had told it to`,
      )
    }
    const broken = this.#judge().filter(({ outcome }) => outcome === 'fail')
    if (broken.length > 0) throw new SidecarStopError(this.#case(), broken, this.#limit())
    return this.exit()
  }

  #case(): Case {
    return { recording: this.#life.toRecording(), circumstances: this.#circumstances }
  }

  /** How it ended; null for both where it could not even be seen. */
  exit(): Exit {
    const exit = firstEvent(this.#life.toRecording(), 'exit')
    return { code: exit?.code ?? null, signal: exit?.signal ?? null }
  }

  async #bringToExit(demand: WayOfStopping): Promise<void> {
    if (this.#life.hasExited) return
    const { graceMs } = this.#circumstances.contract.budgets
    this.#grantedMs = within(graceMs, this.#patience())
    if (this.#demand !== demand) {
      this.#demand = demand
      this.#ask(demand)
    }
    await this.#life.exits(this.#grantedMs)
  }

  /**
   * Waits for what clears away, unless somebody's patience ends before: what there is to say of a sidecar that did not end
   * is said then, and the rest is waited for by whoever disposes of it.
   */
  async #inTime(clearing: Promise<void>): Promise<void> {
    const { leftMs, reserveMs } = this.#patience()
    if (reserveMs === null) return clearing
    if (!(await new Deadline(leftMs() + reserveMs).before(clearing))) clearing.catch(() => {})
  }

  async #kill(): Promise<void> {
    if (!this.#isKilled) this.#life.kill('its contract names no way of stopping it')
    await this.#life.exits(this.#circumstances.contract.budgets.graceMs)
  }

  #ask(way: WayOfStopping): void {
    if (typeof way === 'string') this.#life.signal(way)
    else if (way.kind === 'http')
      void this.#life.client.send({ purpose: 'stop', method: way.method, path: way.path })
    else this.#life.tell(way.kind === 'line' ? { line: way.text } : 'closed')
  }

  /** On Windows a signal ends a process outright: whatever else there is comes first. */
  #firstWay(): WayOfStopping | null {
    const { contract, host } = this.#circumstances
    const { signals, requests } = contract.stop
    const ways: readonly WayOfStopping[] =
      host.kind === 'windows' ? [...requests, ...signals] : [...signals, ...requests]
    return ways[0] ?? null
  }

  async #clearAway(): Promise<void> {
    try {
      await this.#life.client.endFetches()
      await this.#life.end()
    } finally {
      await this.#release()
    }
  }

  #judge(): readonly ClauseResult[] {
    const { host } = this.#circumstances
    const hasAsked = host.kind !== 'windows' || typeof this.#demand !== 'string'
    const isJudged = this.#demand !== null && hasAsked && !this.#isJudged && !this.#isKilled
    const exit = isJudged && this.#demand !== null ? [this.#resultOfExit(this.#demand)] : []
    return [...exit, ...(this.#isLeftJudged ? [] : LEFT_BEHIND.map(id => this.#resultOf(id)))]
  }

  #resultOf(id: ClauseId): ClauseResult {
    const recording = this.#life.toRecording()
    return resultOf(id, judgeBy(id, recording, this.#circumstances), recording, this.#circumstances)
  }

  /** By the time that it was really given: a test's timeout can leave less than the contract does. */
  #resultOfExit(demand: WayOfStopping): ClauseResult {
    const recording = this.#life.toRecording()
    const { contract } = this.#circumstances
    const granted = { ...contract, budgets: { ...contract.budgets, graceMs: this.#grantedMs } }
    const circumstances = { ...this.#circumstances, contract: granted }
    return resultOf(endClause(demand), judgeEnd(recording, demand, circumstances), recording, circumstances)
  }

  #limit(): string | null {
    const { graceMs } = this.#circumstances.contract.budgets
    const { limit } = this.#patience()
    return this.#grantedMs < graceMs && limit !== null
      ? `${limit}; the contract allows ${duration(graceMs)}`
      : null
  }
}
