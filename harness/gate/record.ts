import { conditionsMayCure, outgrew } from '../clauses/root-cause.ts'
import { SIGNAL_CLAUSES } from '../clauses/stop-signals.ts'
import type { StopSignal } from '../contract/contract.ts'
import type { Host } from '../host/host.ts'
import { requireEphemeralPorts } from '../host/loopback.ts'
import type { Subject } from '../life/plan.ts'
import { openSession, type Session } from '../life/session.ts'
import type { Witness } from '../life/witness.ts'
import type { PlannedScenario } from '../recording/evidence.ts'
import { firstEvent, ignoredSignals, isReady, sameConditions, sinceLaunch } from '../recording/query.ts'
import { BASELINE, type Conditions, type LifeRecording } from '../recording/recording.ts'
import { calibration } from '../scenarios/calibration.ts'
import { missingVariable } from '../scenarios/missing-variable.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { perform, type RecordedLife } from './perform.ts'
import { type GatePlan, plannedScenarios } from './plan.ts'
import { OWN_PLACE, type Place, runSideBySide } from './schedule.ts'

export interface Undertaking {
  readonly plan: GatePlan
  readonly subject: Subject
  readonly host: Host
  /** How many lives may run side by side. */
  readonly places: number
  readonly callerEnvironment?: NodeJS.ProcessEnv | undefined
  readonly callerDirectory?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly keepsRaw: boolean
  /** Watches the first scenario. */
  readonly witness?: Witness | undefined
  /** Whether what the lives that came first have shown is enough; it never is, where this is left out. */
  isEnough?(recorded: Recorded): boolean
  onProgress(message: string, progress: ScenarioCount): void
}

/** How far a gate is: of so many scenarios, so many are over. */
export interface ScenarioCount {
  readonly done: number
  readonly of: number
}

export interface Recorded {
  readonly lives: readonly RecordedLife[]
  /** Under what all lives but a baseline that failed were launched. */
  readonly conditions: Conditions
  /** Scenarios that were not performed, and why: another clause's failure, or this machine. */
  readonly unperformed: ReadonlyMap<string, Pick<PlannedScenario, 'blockedBy' | 'impossible'>>
}

export const NOTHING_RECORDED: Recorded = { lives: [], conditions: BASELINE, unperformed: new Map() }

/** Kind conditions: if the sidecar comes up under these and not under the baseline, a difference is its fault. */
const KIND: Conditions = { environment: 'caller', directory: 'caller' }

/** The differences, one by one. Where none of them alone helps, it needs them all. */
const DIFFERENCES: readonly Conditions[] = [
  { ...BASELINE, environment: 'caller' },
  { ...BASELINE, directory: 'caller' },
]

/** Records the lives of a plan. Whatever happens, nothing of them is left when it comes back. */
export async function recordLives(undertaking: Undertaking): Promise<Recorded> {
  const { plan, host, callerEnvironment, callerDirectory, signal } = undertaking
  if (plan.baseline === null || signal?.aborted) return NOTHING_RECORDED
  requireEphemeralPorts()
  const session = await openSession({
    host,
    ...(callerEnvironment === undefined ? {} : { callerEnvironment }),
    ...(callerDirectory === undefined ? {} : { callerDirectory }),
  })
  const interrupt = () => {
    for (const life of session.lives) life.kill('the gate was interrupted')
  }
  signal?.addEventListener('abort', interrupt)
  try {
    return await new Recording(undertaking, session).run(plan.baseline)
  } finally {
    signal?.removeEventListener('abort', interrupt)
    await session.close()
  }
}

function isLike({ scenario, conditions }: LifeRecording, { id }: Scenario, wanted: Conditions): boolean {
  return scenario === id && sameConditions(conditions, wanted)
}

/** The order of things in a gate, and what earlier lives teach about which later ones are worth living. */
class Recording {
  readonly #undertaking: Undertaking
  readonly #session: Session
  readonly #lives: RecordedLife[] = []
  readonly #unperformed = new Map<string, Pick<PlannedScenario, 'blockedBy' | 'impossible'>>()
  readonly #unheeded = new Set<StopSignal>()
  readonly #running = new Set<Scenario>()
  #conditions = BASELINE

  constructor(undertaking: Undertaking, session: Session) {
    this.#undertaking = undertaking
    this.#session = session
  }

  async run(baseline: Scenario): Promise<Recorded> {
    if (await this.#comesUp(baseline)) await this.#goOn()
    const isLate = this.#lives.some(({ recording }) => firstEvent(recording, 'deadline') !== null)
    if (isLate) await this.#play(calibration)
    return this.#recorded
  }

  get #recorded(): Recorded {
    return { lives: this.#lives, conditions: this.#conditions, unperformed: this.#unperformed }
  }

  /** Whoever looks for one fault need not see the rest where there is one by now. */
  async #goOn(): Promise<void> {
    const { isEnough = () => false, plan } = this.#undertaking
    if (!isEnough(this.#recorded)) return this.#playRest()
    const first = new Set(this.#lives.map(({ recording }) => recording.scenario))
    for (const { id } of plannedScenarios(plan).filter(scenario => !first.has(scenario.id))) {
      this.#unperformed.set(id, { impossible: 'only the first life was lived' })
    }
  }

  /**
   * The baseline first. If it never becomes ready, and nothing shows why, once more under kind conditions; and if
   * that helps, again without them, because a start that only fails sometimes would be blamed on the difference.
   * Then each difference alone, to find the one that it is.
   */
  async #comesUp(baseline: Scenario): Promise<boolean> {
    if (await this.#playFirst(baseline)) return true
    if (!this.#lives.some(({ recording }) => conditionsMayCure(recording))) return false
    if (!(await this.#playUnder(KIND, baseline)) || (await this.#playUnder(BASELINE, baseline))) return false
    for (const difference of DIFFERENCES) {
      if (!(await this.#playUnder(difference, baseline))) continue
      if (difference.environment === 'caller') await this.#findMissingVariable()
      return true
    }
    this.#conditions = KIND
    return !this.#stopped()
  }

  /** Conditions under which it became ready stay adopted. */
  async #playUnder(conditions: Conditions, baseline: Scenario): Promise<boolean> {
    this.#conditions = conditions
    const isCured = await this.#playFirst(baseline)
    if (!isCured || conditions === KIND) this.#conditions = BASELINE
    return isCured
  }

  /** Which of the caller's variables it is that makes the difference, each beside a bare environment. */
  async #findMissingVariable(): Promise<void> {
    const adopted = this.#conditions
    this.#conditions = BASELINE
    await this.#play(missingVariable)
    this.#conditions = adopted
  }

  async #playRest(): Promise<void> {
    const { plan, places } = this.#undertaking
    const together = plan.pair === null || (await this.#playFirst(plan.pair))
    // A sidecar that cannot run twice is judged one life at a time, or each would be blamed for the other.
    const possible = together ? plan.rest : plan.rest.filter(({ instances }) => instances <= 1)
    for (const { id } of plan.rest.filter(scenario => !possible.includes(scenario))) {
      this.#unperformed.set(id, { blockedBy: 'port/dynamic-by-default' })
    }
    const tasks = possible.map(scenario => ({
      // Also what only waits is an instance that runs.
      width: together ? scenario.instances : 1,
      // Nor may anything run beside what waits.
      run: (place: Place) => this.#playIfOfUse(scenario, together ? place : OWN_PLACE),
    }))
    const watches = tasks.filter(({ width }) => width === 0)
    const others = tasks.filter(({ width }) => width > 0)
    const ends = await Promise.allSettled([
      ...watches.map(({ run }) => run(OWN_PLACE)),
      runSideBySide(others, together ? places : 1, () => this.#stopped()).then(() => this.#playAlone()),
    ])
    const failed = ends.find(end => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /** What measures time comes last, one by one: beside it run only those that wait. */
  async #playAlone(): Promise<void> {
    for (const scenario of this.#undertaking.plan.alone) await this.#playIfOfUse(scenario)
  }

  async #playIfOfUse(scenario: Scenario, place: Place = OWN_PLACE): Promise<void> {
    const { stopsBy } = scenario
    if (stopsBy !== undefined && this.#unheeded.has(stopsBy)) {
      this.#unperformed.set(scenario.id, { blockedBy: SIGNAL_CLAUSES[stopsBy] })
    } else {
      await this.#play(scenario, place)
    }
  }

  /**
   * Performs one of those that come before the rest. True when all its lives became ready. In them a signal is sent
   * with nothing in its way: one that is not heeded here need not be waited for again.
   */
  async #playFirst(scenario: Scenario): Promise<boolean> {
    const lives = await this.#play(scenario)
    for (const { recording } of lives) {
      for (const signal of ignoredSignals(recording)) this.#unheeded.add(signal)
    }
    return lives.length > 0 && lives.every(({ recording }) => isReady(recording))
  }

  /** Performs a scenario, unless the gate was interrupted before or during it. */
  async #play(scenario: Scenario, place: Place = OWN_PLACE): Promise<readonly RecordedLife[]> {
    if (this.#stopped()) return []
    if (this.#lives.some(({ recording }) => outgrew(recording))) {
      // The next one would take as much again.
      this.#unperformed.set(scenario.id, { blockedBy: 'resources/memory' })
      return []
    }
    this.#running.add(scenario)
    this.#tell()
    const { lives, impossible } = await perform(scenario, {
      session: this.#session,
      subject: this.#undertaking.subject,
      conditions: this.#conditions,
      attempt:
        this.#lives.filter(({ recording }) => isLike(recording, scenario, this.#conditions)).length + 1,
      isFirst: this.#lives.length === 0,
      keepsRaw: this.#undertaking.keepsRaw,
      witness: this.#lives.length === 0 ? this.#undertaking.witness : undefined,
      announcedMs: this.#announcedMs,
      place,
      heeds: signal => !this.#unheeded.has(signal),
      stopped: () => this.#stopped(),
    }).finally(() => this.#running.delete(scenario))
    // What was cut short by the interruption proves nothing against the sidecar.
    if (this.#stopped()) return []
    if (impossible !== null) this.#unperformed.set(scenario.id, { impossible })
    this.#lives.push(...lives)
    this.#tell()
    return lives
  }

  /** What began last of all that runs: the others have been told of. */
  #tell(): void {
    const latest = [...this.#running].at(-1)
    if (latest === undefined) return
    const over = new Set([
      ...this.#lives.map(({ recording }) => recording.scenario),
      ...this.#unperformed.keys(),
    ])
    const planned = plannedScenarios(this.#undertaking.plan).map(({ id }) => id)
    this.#undertaking.onProgress(latest.what, {
      done: planned.filter(id => over.has(id)).length,
      of: planned.length,
    })
  }

  /** How long the quickest took from launch to announcement: the first of all is slower, its file is still on the disk. */
  get #announcedMs(): number {
    const times = this.#lives.flatMap(({ recording }) => {
      const announced = firstEvent(recording, 'announcement')
      return announced !== null && isReady(recording) ? [sinceLaunch(recording, announced.atMs)] : []
    })
    return times.length === 0 ? 0 : Math.min(...times)
  }

  #stopped(): boolean {
    return this.#undertaking.signal?.aborted ?? false
  }
}
