import type { LifeIdentity } from '../host/host.ts'
import type { LifeRecording, StreamName } from '../recording/recording.ts'
import { Client, type HeldConnection } from './client.ts'
import { Deadline, Signal } from './deadline.ts'
import { clearAway } from './ending.ts'
import { LaunchError, type LaunchedProcess, launch } from './launch.ts'
import { LineWatcher } from './line-watcher.ts'
import { lookAt } from './look.ts'
import type { LifePlan, Subject } from './plan.ts'
import { loadUndici, type ProbeTarget } from './probe.ts'
import { becomeReady } from './readiness.ts'
import { Recorder } from './recorder.ts'
import { environmentOf, makeSandbox, type Sandbox } from './sandbox.ts'
import type { Session } from './session.ts'
import { Transcript } from './transcript.ts'

/**
 * One run of one instance. A life observes and does what it is told; it judges nothing, and it throws
 * nothing because of what the sidecar does: all that happens is in its recording.
 */
export class Life {
  readonly id: string
  readonly sandbox: Sandbox
  readonly #session: Session
  readonly #subject: Subject
  readonly #plan: LifePlan
  readonly #recorder: Recorder
  readonly #transcripts = { stdout: new Transcript(), stderr: new Transcript() }
  readonly #lines = new LineWatcher()
  readonly #announced = new Signal<ProbeTarget>()
  readonly #exited = new Signal<void>()
  readonly #client: Client
  readonly #marker: string
  #launching: Promise<void> = Promise.resolve()
  #process: LaunchedProcess | null = null
  /** Why it is to be killed, where that was said before there was anything to kill. */
  #doom: string | null = null
  #isReleased = false
  #readiness: Promise<boolean> | null = null
  #ending: Promise<void> | null = null

  private constructor(session: Session, subject: Subject, plan: LifePlan) {
    this.id = plan.id
    this.#session = session
    this.#subject = subject
    this.#plan = plan
    this.#recorder = new Recorder(() => session.now())
    this.#client = new Client(subject, this.#recorder)
    this.#marker = `${session.id}.${plan.id}`
    this.sandbox = makeSandbox(session.directory, plan.id, plan.sharing?.sandbox)
  }

  static async launch(session: Session, subject: Subject, plan: LifePlan): Promise<Life> {
    if (session.isClosed) throw new Error('The session is closed: nothing is launched in it any more.')
    const life = new Life(session, subject, plan)
    session.lives.add(life)
    life.#launching = life.#launch()
    await life.#launching
    // While the sidecar starts; before that it would only delay it.
    void loadUndici()
    return life
  }

  /** The leader and its marker; null when it could not be launched. */
  get identity(): LifeIdentity | null {
    return this.#process === null ? null : { pid: this.#process.pid, marker: this.#marker }
  }

  get announcement(): ProbeTarget | null {
    return this.#announced.value ?? null
  }

  get hasExited(): boolean {
    return this.#exited.isSet
  }

  /**
   * Whether it became ready, announced and healthy, within the contract's budget. The first request is sent
   * the moment the announcement is read; only if its answer is wrong are there others.
   */
  ready(): Promise<boolean> {
    this.#readiness ??= this.#becomeReady()
    return this.#readiness
  }

  /** Asks for the health path once more. True for the contract's status. */
  async request(): Promise<boolean> {
    const target = this.announcement
    if (target === null) return false
    const { budgets, health } = this.#subject.contract
    return (await this.#client.ask(target, 'check', budgets.readyMs)) === health.status
  }

  /** Opens a connection that says nothing, or half of what it should, and keeps it open until the end. */
  async holdOpen(connection: HeldConnection): Promise<void> {
    if (this.announcement !== null) await this.#client.hold(this.announcement, connection)
  }

  /** Sends a signal to the leader alone, as Tauri and Electron do. */
  signal(signal: NodeJS.Signals): void {
    const { identity } = this
    if (identity === null) return
    const delivered = !this.hasExited && this.#session.host.signal(identity.pid, signal)
    this.#recorder.record({ type: 'signal', signal, delivered })
  }

  /** Whether it exits within the time given. */
  async exits(budgetMs: number): Promise<boolean> {
    const exited = await new Deadline(budgetMs).before(this.#exited.wait())
    if (!exited) this.#recorder.record({ type: 'deadline', waitedFor: 'exit', budgetMs })
    return exited
  }

  /** Records its processes, and who of them listens where. */
  async look(moment: string): Promise<void> {
    const { identity } = this
    if (identity === null) return
    const { host } = this.#session
    await lookAt(moment, { host, identity, recorder: this.#recorder })
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
    if (identity === null) {
      this.#doom = why
      return
    }
    this.#recorder.record({ type: 'killed', why })
    this.#session.host.signal(identity.pid, 'SIGKILL')
    this.#client.hangUp()
  }

  /** All that was observed. Complete once end() has come back. */
  toRecording(): LifeRecording {
    const { id, scenario, instance, conditions } = this.#plan
    const transport = this.#process?.transport ?? 'socketpair'
    const { stdout, stderr } = this.#transcripts
    return {
      id,
      scenario,
      instance,
      conditions,
      events: this.#recorder.events,
      stdout: stdout.toRecording(transport, this.#subject.grammar),
      stderr: stderr.toRecording(transport, this.#subject.grammar),
    }
  }

  /** The kept bytes of a stream, as they came. */
  raw(stream: StreamName): { head: Buffer; tail: Buffer } {
    return this.#transcripts[stream].raw()
  }

  async #launch(): Promise<void> {
    const { file, contract } = this.#subject
    const environment = environmentOf(
      this.sandbox,
      contract,
      this.#plan.conditions,
      this.#session.callerEnvironment,
      { marker: this.#marker },
      this.#plan.port,
    )
    const variables = Object.keys(environment).sort()
    const directory = this.sandbox.working
    this.#recorder.record({ type: 'launch', file, args: contract.args, directory, variables })
    try {
      this.#process = await launch({
        file,
        args: contract.args,
        directory,
        environment,
        pipes: this.#session.pipes,
        onOutput: (stream, chunk) => this.#receive(stream, chunk),
        onStreamEnd: stream => {
          // Let go of by us, and not by those who write: they may hold it for ever.
          if (!this.#isReleased) this.#transcripts[stream].close(this.#session.now())
        },
        onExit: (code, signal) => {
          this.#recorder.record({ type: 'exit', code, signal })
          this.#exited.set()
        },
      })
      this.#session.reaper.watch(this.#process.pid)
      this.#recorder.record({ type: 'launched', pid: this.#process.pid })
      if (this.#doom !== null) this.kill(this.#doom)
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error
      this.#recorder.record({ type: 'launch-failed', code: error.code, message: error.message })
      this.#exited.set()
    }
  }

  #receive(stream: StreamName, chunk: Buffer): void {
    const atMs = this.#session.now()
    this.#transcripts[stream].write(chunk, atMs)
    if (stream === 'stderr' || this.#announced.isSet) return
    for (const line of this.#lines.push(chunk)) {
      const reading = this.#subject.grammar.read(line)
      if (reading.kind === 'announcement') {
        const { port, host } = reading
        this.#recorder.record({ type: 'announcement', stream, port, host }, atMs)
        this.#announced.set({ port, host })
        // Begun here, in the tick in which the line was read.
        void this.ready()
        return
      }
    }
  }

  #becomeReady(): Promise<boolean> {
    const { contract } = this.#subject
    const launchedAtMs = this.#recorder.events[0]?.atMs ?? this.#session.now()
    return becomeReady({
      contract,
      announced: this.#announced,
      exited: this.#exited,
      client: this.#client,
      recorder: this.#recorder,
      leftMs: () => contract.budgets.readyMs - (this.#session.now() - launchedAtMs),
    })
  }

  async #end(): Promise<void> {
    // What is still being launched can only be ended when it is there. Why a launch failed is for its caller.
    await Promise.allSettled([this.#launching])
    const { identity } = this
    try {
      if (identity !== null) {
        await clearAway({
          host: this.#session.host,
          identity,
          recorder: this.#recorder,
          exited: this.#exited,
          announced: this.announcement,
          transcripts: this.#transcripts,
        })
        this.#session.reaper.forget(identity.pid)
      }
    } finally {
      this.#client.hangUp()
      this.#isReleased = true
      this.#process?.release()
    }
    await this.sandbox.remove()
    this.#session.lives.delete(this)
    this.#recorder.record({ type: 'ended' })
  }
}
