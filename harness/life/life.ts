import { basename, join } from 'node:path'
import type { LifeIdentity, Usage } from '../host/host.ts'
import { firstDemand } from '../recording/query.ts'
import type { LifeRecording, StreamName, StreamRecording } from '../recording/recording.ts'
import type { Redaction } from '../text/redaction.ts'
import { size } from '../text/size.ts'
import { Announcer, type Heard } from './announcer.ts'
import { Client } from './client.ts'
import { watchClosely } from './close-watch.ts'
import { Deadline, Signal } from './deadline.ts'
import { clearAway, KILL_DEADLINE_MS } from './ending.ts'
import { LaunchError, type LaunchedProcess, launch } from './launch.ts'
import { recordLitter } from './litter.ts'
import { lookAt, lookAtDescriptors, lookAtHang, lookAtUsage, type Observed } from './look.ts'
import type { LifePlan, Subject } from './plan.ts'
import { type Preparation, prepare } from './preparation.ts'
import { loadUndici } from './probe.ts'
import { becomeReady } from './readiness.ts'
import { Recorder } from './recorder.ts'
import { makeSandbox, type Sandbox } from './sandbox.ts'
import { SecretsOfLife } from './secrets.ts'
import type { Session } from './session.ts'
import { GivenUpError } from './setup.ts'
import { Streams } from './streams.ts'
import type { Target } from './target.ts'
import type { Passage } from './transcript.ts'
import { growsBeyond } from './tree-watch.ts'
import { awaitVanishing, findBehindParent } from './vanishing.ts'

/**
 * One run of one instance. A life observes and does what it is told; it judges nothing, and it throws
 * nothing because of what the sidecar does: all that happens is in its recording.
 */
export class Life {
  readonly id: string
  readonly sandbox: Sandbox
  /** The other end of its port. */
  readonly client: Client
  readonly #session: Session
  readonly #subject: Subject
  readonly #plan: LifePlan
  readonly #recorder: Recorder
  readonly #streams = new Streams()
  readonly #announced = new Signal<Target>()
  readonly #exited = new Signal<void>()
  /** It is being ended: what comes from now on is our doing. */
  readonly #over = new Signal<void>()
  readonly #marker: string
  /** The sandbox, as the kernel calls it: without links. */
  readonly #directory: string
  readonly #announcer: Announcer
  #preparation: Preparation | null = null
  readonly #secrets: SecretsOfLife
  readonly #listeners: ((stream: StreamName, chunk: Buffer) => void)[] = []
  #launching: Promise<void> = Promise.resolve()
  #process: LaunchedProcess | null = null
  /** Why it is to be killed, or need not be launched any more. */
  readonly #doom = new Signal<string>()
  #readiness: Promise<boolean> | null = null
  #ending: Promise<void> | null = null
  #closeWatch: Promise<void> = Promise.resolve()
  #letMemoryBe: () => void = () => {}
  /** It has taken more memory than it may, and is being killed for that. */
  #outgrowing: Promise<void> = Promise.resolve()

  private constructor(session: Session, subject: Subject, plan: LifePlan) {
    this.id = plan.id
    this.#session = session
    this.#subject = subject
    this.#plan = plan
    this.#recorder = new Recorder(
      () => session.now(),
      event => plan.witness?.onEvent(event),
    )
    this.client = new Client(
      subject,
      this.#recorder,
      () => this.announcement,
      () => this.#announcer.headers,
      secrets => this.#secrets.add(secrets),
    )
    this.#announcer = new Announcer(subject, heard => this.#hear(heard))
    this.#secrets = new SecretsOfLife(subject, () => this.#announcer.secret)
    this.#marker = `${session.id}.${plan.id}`
    this.sandbox = makeSandbox(session.directory, plan.launch.sharing?.sandbox)
    this.#directory = join(session.realDirectory, basename(this.sandbox.root))
  }

  static async launch(session: Session, subject: Subject, plan: LifePlan): Promise<Life> {
    if (session.isClosed) throw new Error('The session is closed: nothing is launched in it any more.')
    const life = new Life(session, subject, plan)
    session.lives.add(life)
    plan.witness?.attend(life)
    life.#launching = life.#launch()
    await life.#launching
    // While the sidecar starts; before that it would only delay it.
    void loadUndici()
    return life
  }

  /** The leader and its marker; null when it could not be launched. */
  get identity(): LifeIdentity | null {
    if (this.#process === null) return null
    return { pid: this.#process.pid, marker: this.#marker, directory: this.#directory }
  }

  /** For whoever looks at it, and writes down what he sees; null when it could not be launched. */
  get #observed(): Observed | null {
    const { identity } = this
    return identity === null ? null : { host: this.#session.host, identity, recorder: this.#recorder }
  }

  get announcement(): Target | null {
    return this.#announced.value ?? null
  }

  get hasExited(): boolean {
    return this.#exited.isSet
  }

  /** Whether anybody has told it to stop, by a signal or in another way. */
  get isAsked(): boolean {
    return firstDemand(this.#recorder) !== null
  }

  /** What its streams are, where it writes to us and to nobody in between. */
  get transport(): StreamRecording['transport'] {
    return this.#process?.transport ?? 'socketpair'
  }

  /**
   * Whether it became ready, announced and healthy, within the contract's budget. The first request is sent
   * the moment the announcement is read; only if its answer is wrong are there others.
   */
  ready(): Promise<boolean> {
    this.#readiness ??= this.#becomeReady()
    return this.#readiness
  }

  /** Sends a signal to the leader alone, as Tauri and Electron do, or to its group, as a terminal does on Ctrl-C. */
  signal(signal: NodeJS.Signals, to: 'leader' | 'group' = 'leader'): void {
    const { identity } = this
    if (identity === null) return
    const { host } = this.#session
    const send = to === 'leader' ? host.signal : host.signalGroup
    const handling = this.hasExited ? null : host.handlingOf(identity.pid, signal)
    // Before it is sent: on a busy machine it can be obeyed before this process runs again.
    const atMs = this.#session.now()
    const delivered = !this.hasExited && send(identity.pid, signal)
    this.#recorder.record({ type: 'signal', signal, delivered, to, ...(handling && { handling }) }, atMs)
  }

  /** Writes a line to its stdin, or closes that. Nothing where stdin is no pipe. */
  tell(what: { readonly line: string } | 'closed'): void {
    const stdin = this.#process?.stdin
    if (stdin === null || stdin === undefined) return
    if (what === 'closed') stdin.end()
    else stdin.write(`${what.line}\n`)
    this.#recorder.record({ type: 'stdin', what: what === 'closed' ? 'closed' : 'line' })
  }

  /**
   * Stops reading a stream for a while, as an app does that is busy elsewhere; reads on; or closes our end for
   * good, as an app does that has crashed half-way.
   */
  reading(stream: StreamName, what: 'paused' | 'resumed' | 'closed'): void {
    if (this.#process !== null) this.#streams.read(stream, what, this.#process, this.#recorder)
  }

  /** Hands on what it writes, as it comes, until it has ended. A chunk's memory is used again afterwards. */
  onOutput(listener: (stream: StreamName, chunk: Buffer) => void): void {
    this.#listeners.push(listener)
  }

  /** Comes back when it has exited, or could not be launched; nothing is recorded for it. */
  whenExited(): Promise<void> {
    return this.#exited.wait()
  }

  /** Whether it announces its port within the time given. Nothing is recorded but the announcement. */
  announcesWithin(budgetMs: number): Promise<boolean> {
    return new Deadline(budgetMs).before(this.#announced.wait())
  }

  /** Whether it exits within the time given. Where it does not, what it does instead is recorded too. */
  async exits(budgetMs: number): Promise<boolean> {
    const exited = await new Deadline(budgetMs).before(this.#exited.wait())
    if (exited) return true
    this.#recorder.record({ type: 'deadline', waitedFor: 'exit', budgetMs })
    const observed = this.#observed
    if (observed !== null) await lookAtHang(observed)
    return false
  }

  /** Records its processes, and who of them listens where. */
  async look(moment: string): Promise<void> {
    const observed = this.#observed
    if (observed === null) return
    await lookAt(moment, observed)
    if (this.#plan.launch.throughParent) await findBehindParent(observed)
  }

  /** Waits, once its leader has exited, until nothing of its tree is left or the time given is over. */
  async vanishes(budgetMs: number): Promise<void> {
    const observed = this.#observed
    if (observed !== null) await awaitVanishing(observed, budgetMs)
  }

  /** Waits so long, and no longer than it lives. Nothing is expected of it meanwhile, and nothing is recorded. */
  async isLeftAlone(ms: number): Promise<void> {
    await new Deadline(ms).before(this.#exited.wait())
  }

  /**
   * Records how much CPU time, memory and how many descriptors its processes have used, and use. Comes back with that
   * too; with nothing where it could not be seen.
   */
  async measure(moment: string): Promise<readonly Usage[]> {
    const observed = this.#observed
    return observed === null ? [] : lookAtUsage(moment, observed)
  }

  /** Records what its processes hold open. */
  async takeStock(moment: string): Promise<void> {
    const observed = this.#observed
    if (observed !== null) await lookAtDescriptors(moment, observed)
  }

  /** Waits for it to become ready, and kills it at once when its tree grows beyond the contract's cap. */
  async readyWithin(cap: number): Promise<boolean> {
    const observed = this.#observed
    const ready = this.ready()
    if (observed === null) return ready
    const bursts = growsBeyond(cap, observed, ready).then(async burst => {
      if (burst) await this.#killAll(`its tree grew beyond ${cap} processes`)
    })
    const isReady = await ready
    await bursts
    return isReady
  }

  /**
   * Looks at what one does that has not announced itself in time, and where nothing of it listens, waits so much longer
   * for it: who is late has to be mended in another way than who never comes. One that has ended is not waited for.
   */
  async isSeenOut(extraMs: number): Promise<void> {
    const observed = this.#observed
    if (observed === null || this.hasExited || this.#announced.isSet) return
    await lookAt('when the time for its start was over', observed)
    await lookAtHang(observed)
    await lookAtDescriptors('when the time for its start was over', observed)
    const look = this.#recorder.events.findLast(event => event.type === 'listeners')
    if (look?.type === 'listeners' && look.listeners.length > 0) return
    await new Deadline(extraMs).before(Promise.race([this.#announced.wait(), this.#exited.wait()]))
  }

  /** Ends it, however it is: what still runs is killed, what is left is recorded, and then removed. */
  end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  /** Kills it at once and says why. Waits for nothing: end() does. */
  kill(why: string): void {
    const { identity } = this
    if (this.hasExited) return
    this.#doom.set(why)
    // What is still being prepared is given up, and what is being launched is killed when it is there.
    if (identity === null) return
    this.#recorder.record({ type: 'killed', why })
    this.#session.host.signal(identity.pid, 'SIGKILL')
    this.client.hangUp()
  }

  async #killAll(why: string): Promise<void> {
    const { identity } = this
    if (identity === null) return
    this.#recorder.record({ type: 'killed', why })
    await this.#session.host.killTree(identity, KILL_DEADLINE_MS)
  }

  /** All that was observed. Complete once end() has come back. */
  toRecording(): LifeRecording {
    const { id, scenario, instance, conditions } = this.#plan
    // Behind a parent it has what that parent gives it, and Node knows no other pipes.
    const isBehindParent = this.#plan.launch.throughParent === true
    const transport = isBehindParent ? 'socketpair' : this.transport
    const streams = this.#streams.toRecording(transport, this.#subject.grammar)
    const recording = { id, scenario, instance, conditions, events: this.#recorder.events, ...streams }
    return this.#secrets.redactionOf(() => streams).data(recording)
  }

  /** How many bytes came on a stream so far. */
  received(stream: StreamName): number {
    return this.#streams.transcripts[stream].bytes
  }

  /** What is to be told of it to nobody, as far as that is known by now. */
  redaction(): Redaction {
    return this.#secrets.redactionOf(() => this.#streams.toRecording(this.transport, this.#subject.grammar))
  }

  /**
   * What is kept of all that has come on a stream from an offset on, secrets and all: for whoever listens to it, and is no
   * recording.
   */
  heardSince(stream: StreamName, offset: number): readonly Passage[] {
    return this.#streams.transcripts[stream].since(offset)
  }

  /** The kept bytes of a stream, as they came, but for secrets. */
  raw(stream: StreamName): { head: Buffer; tail: Buffer } {
    const transcript = this.#streams.transcripts[stream]
    const { head, tail } = transcript.raw()
    const redaction = this.#secrets.redactionOf(() =>
      this.#streams.toRecording('pipe', this.#subject.grammar),
    )
    if (!redaction.isNeeded) return { head, tail }
    // Where nothing is missing between the two, a secret may be half in the one and half in the other.
    const isWhole = head.length + tail.length === transcript.bytes
    return isWhole
      ? { head: redaction.bytes(Buffer.concat([head, tail])), tail: Buffer.alloc(0) }
      : { head: redaction.bytes(head), tail: redaction.bytes(tail) }
  }

  async #launch(): Promise<void> {
    try {
      await this.#launchPrepared(await this.#prepare())
    } catch (error) {
      if (error instanceof LaunchError) {
        this.#recorder.record({ type: 'launch-failed', code: error.code, message: error.message })
      } else if (error instanceof GivenUpError) {
        this.#recorder.record({ type: 'killed', why: error.message })
      } else {
        throw error
      }
      this.#exited.set()
    }
  }

  #prepare(): Promise<Preparation> {
    return prepare(this.#subject, this.#plan, {
      sandbox: this.sandbox,
      session: this.#session,
      marker: this.#marker,
      doom: this.#doom,
    })
  }

  async #launchPrepared(preparation: Preparation): Promise<void> {
    this.#preparation = preparation
    this.#secrets.add(preparation.command.secrets)
    const { spawned, recorded } = preparation.command
    this.#recorder.record(recorded)
    this.#process = await launch({
      ...spawned,
      pipes: this.#session.pipes,
      room: stream => this.#streams.transcripts[stream].room(),
      onOutput: (stream, chunk) => this.#receive(stream, chunk),
      ...this.#announcer.furtherDescriptor(() => this.#session.now()),
      onStreamEnd: stream => this.#streams.ended(stream, this.#session.now()),
      onExit: (code, signal) => {
        this.#recorder.record({ type: 'exit', code, signal })
        this.#exited.set()
        this.#announcer.giveUp()
        this.#letMemoryBe()
      },
    })
    const { identity } = this
    const { pid } = this.#process
    this.#session.reaper.watch(pid, identity === null ? undefined : this.#session.host.notice(identity))
    this.#recorder.record({
      type: 'launched',
      pid,
      ...(this.#plan.launch.throughParent ? { isParent: true } : {}),
    })
    if (this.#doom.value !== undefined) this.kill(this.#doom.value)
    const observed = this.#observed
    if (observed !== null) {
      this.#announcer.watch(observed, preparation.places)
      this.#watchMemory(observed)
      if (this.#plan.witness !== undefined) this.#watchClosely(observed)
    }
  }

  #watchClosely(observed: Observed): void {
    this.#closeWatch = watchClosely(observed, Promise.race([this.#exited.wait(), this.#over.wait()]))
    // Its end is waited for in end(): until then a fault of it is nobody's.
    this.#closeWatch.catch(() => {})
  }

  #watchMemory(observed: Observed): void {
    this.#letMemoryBe = this.#session.memory.watch({
      observed,
      capBytes: this.#subject.contract.budgets.memoryCapBytes,
      outgrown: (bytes, capBytes) => {
        this.#recorder.record({ type: 'memory-burst', bytes, capBytes })
        this.#outgrowing = this.#killAll(`it had taken ${size(bytes)} of memory`)
        // Waited for in end(): until then a fault of it is nobody's.
        this.#outgrowing.catch(() => {})
      },
    })
  }

  #receive(stream: StreamName, chunk: Buffer): void {
    const atMs = this.#session.now()
    const kept = this.#streams.keep(stream, chunk, atMs)
    if (kept.length > 0) {
      this.#plan.witness?.onOutput(stream, kept, atMs)
      for (const listener of this.#listeners) listener(stream, kept)
    }
    this.#announcer.receive(stream, chunk, atMs)
  }

  #hear({ target, by, endpoint, atMs = this.#session.now() }: Heard): void {
    this.#recorder.record({ type: 'announcement', by, ...endpoint }, atMs)
    this.#announced.set(target)
    // Begun here, in the tick in which the line was read.
    void this.ready()
  }

  #becomeReady(): Promise<boolean> {
    const { contract } = this.#subject
    const launchedAtMs = this.#recorder.events[0]?.atMs ?? this.#session.now()
    return becomeReady({
      contract,
      announced: this.#announced,
      exited: this.#exited,
      client: this.client,
      recorder: this.#recorder,
      leftMs: () => contract.budgets.readyMs - (this.#session.now() - launchedAtMs),
    })
  }

  async #end(): Promise<void> {
    if (this.identity === null) this.#doom.set('it was ended before it was there')
    // What is still being launched can only be ended when it is there. Why a launch failed is for its caller.
    await Promise.allSettled([this.#launching])
    const observed = this.#observed
    try {
      this.#over.set()
      this.#letMemoryBe()
      await Promise.all([this.#announcer.stop(), this.#closeWatch, this.#outgrowing])
      if (observed !== null) {
        await clearAway({
          ...observed,
          exited: this.#exited,
          announced: this.announcement,
          transcripts: this.#streams.transcripts,
          setAsideInspectorsWords: () => this.#streams.setAsideInspectorsWords(),
        })
        recordLitter(this.sandbox, this.#recorder, this.#preparation?.files ?? new Set())
        this.#session.reaper.forget(observed.identity.pid)
      }
    } finally {
      this.client.hangUp()
      this.#streams.letGo()
      this.#process?.release()
    }
    await this.#preparation?.release()
    await this.sandbox.remove()
    this.#session.lives.delete(this)
    this.#recorder.record({ type: 'ended' })
  }
}
