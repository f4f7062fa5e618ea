import { conditionsMayCure } from '../clauses/root-cause.ts'
import { SIGNAL_CLAUSES } from '../clauses/stop.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { StopSignal } from '../contract/contract.ts'
import type { Host } from '../host/host.ts'
import type { Subject } from '../life/plan.ts'
import { openSession, type Session } from '../life/session.ts'
import { ignoredSignals, isReady } from '../recording/query.ts'
import { BASELINE, type Conditions, type LifeRecording } from '../recording/recording.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { perform, type RecordedLife } from './perform.ts'
import type { GatePlan } from './plan.ts'
import { runSideBySide } from './schedule.ts'

export interface Undertaking {
  readonly plan: GatePlan
  readonly subject: Subject
  readonly host: Host
  /** How many lives may run side by side. */
  readonly places: number
  readonly callerEnvironment?: NodeJS.ProcessEnv | undefined
  readonly signal?: AbortSignal | undefined
  onProgress(message: string): void
}

export interface Recorded {
  readonly lives: readonly RecordedLife[]
  /** Under what all lives but a baseline that failed were launched. */
  readonly conditions: Conditions
  /** Scenarios that were not worth performing, and the clause whose failure made them so. */
  readonly blocked: ReadonlyMap<string, ClauseId>
}

export const NOTHING_RECORDED: Recorded = { lives: [], conditions: BASELINE, blocked: new Map() }

/** Kind conditions: if the sidecar comes up under these and not under the baseline, the difference is its fault. */
const CALLER: Conditions = { environment: 'caller' }

/** Records the lives of a plan. Whatever happens, nothing of them is left when it comes back. */
export async function recordLives(undertaking: Undertaking): Promise<Recorded> {
  const { plan, host, callerEnvironment, signal } = undertaking
  if (plan.baseline === null || signal?.aborted) return NOTHING_RECORDED
  const session = await openSession({
    host,
    ...(callerEnvironment === undefined ? {} : { callerEnvironment }),
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
  return scenario === id && conditions.environment === wanted.environment
}

/** The order of things in a gate, and what earlier lives teach about which later ones are worth living. */
class Recording {
  readonly #undertaking: Undertaking
  readonly #session: Session
  readonly #lives: RecordedLife[] = []
  readonly #blocked = new Map<string, ClauseId>()
  readonly #unheeded = new Set<StopSignal>()
  #conditions = BASELINE

  constructor(undertaking: Undertaking, session: Session) {
    this.#undertaking = undertaking
    this.#session = session
  }

  async run(baseline: Scenario): Promise<Recorded> {
    if (await this.#comesUp(baseline)) await this.#playRest()
    return { lives: this.#lives, conditions: this.#conditions, blocked: this.#blocked }
  }

  /**
   * The baseline first. If it never becomes ready, and nothing shows why, once more under kind conditions; and if
   * that helps, again without them, because a start that only fails sometimes would be blamed on the difference.
   */
  async #comesUp(baseline: Scenario): Promise<boolean> {
    if (await this.#playFirst(baseline)) return true
    if (!this.#lives.some(({ recording }) => conditionsMayCure(recording))) return false
    this.#conditions = CALLER
    const isCured = await this.#playFirst(baseline)
    this.#conditions = BASELINE
    if (!isCured || (await this.#playFirst(baseline))) return false
    this.#conditions = CALLER
    return true
  }

  async #playRest(): Promise<void> {
    const { plan, places } = this.#undertaking
    const together = plan.pair === null || (await this.#playFirst(plan.pair))
    // A sidecar that cannot run twice is judged one life at a time, or each would be blamed for the other.
    const alone = plan.rest.filter(({ instances }) => instances === 1)
    for (const { id } of together ? [] : plan.rest.filter(scenario => !alone.includes(scenario))) {
      this.#blocked.set(id, 'port/dynamic-by-default')
    }
    const tasks = (together ? plan.rest : alone).map(scenario => ({
      width: scenario.instances,
      run: () => this.#playIfOfUse(scenario),
    }))
    await runSideBySide(tasks, together ? places : 1, () => this.#stopped())
  }

  async #playIfOfUse(scenario: Scenario): Promise<void> {
    const { stopsBy } = scenario
    if (stopsBy !== undefined && this.#unheeded.has(stopsBy)) {
      this.#blocked.set(scenario.id, SIGNAL_CLAUSES[stopsBy])
    } else {
      await this.#play(scenario)
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
  async #play(scenario: Scenario): Promise<readonly RecordedLife[]> {
    if (this.#stopped()) return []
    this.#undertaking.onProgress(scenario.what)
    const lives = await perform(scenario, {
      session: this.#session,
      subject: this.#undertaking.subject,
      conditions: this.#conditions,
      attempt:
        this.#lives.filter(({ recording }) => isLike(recording, scenario, this.#conditions)).length + 1,
      heeds: signal => !this.#unheeded.has(signal),
      stopped: () => this.#stopped(),
    })
    // What was cut short by the interruption proves nothing against the sidecar.
    if (this.#stopped()) return []
    this.#lives.push(...lives)
    return lives
  }

  #stopped(): boolean {
    return this.#undertaking.signal?.aborted ?? false
  }
}
