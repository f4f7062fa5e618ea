import { availableParallelism } from 'node:os'
import { describeArtifact } from '../artifact/describe.ts'
import type { ArtifactDescription } from '../artifact/description.ts'
import type { TargetFile } from '../artifact/target-file.ts'
import { describeBundle } from '../bundle/describe.ts'
import type { BundleDescription } from '../bundle/description.ts'
import type { Clause } from '../clauses/clause.ts'
import { CLAUSES } from '../clauses/index.ts'
import { obstacleInFile } from '../clauses/judge.ts'
import { compileGrammar } from '../contract/announcement.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import { groupOf } from '../contract/clause-names.ts'
import { enabledClauses } from '../contract/levels.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { withoutSecrets } from '../contract/secrets.ts'
import { scaleTimes } from '../contract/time-scale.ts'
import type { Host } from '../host/host.ts'
import type { Subject } from '../life/plan.ts'
import type { Witness } from '../life/witness.ts'
import type { GateRecording } from '../recording/archive.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import { describeHost } from './describe-host.ts'
import { describeTargets } from './describe-targets.ts'
import { type RecordedLife, rawStreams } from './perform.ts'
import { type GatePlan, planGate, plannedScenarios } from './plan.ts'
import { NOTHING_RECORDED, type Recorded, recordLives, type ScenarioCount } from './record.ts'
import { NoClauseError } from './select.ts'
import { requireUnchanged, stateOf } from './unchanged.ts'
import { type ChosenBy, type GateFacts, type Phase, reachVerdict, type Verdict } from './verdict.ts'

export interface GateOptions {
  readonly resolved: ResolvedContract
  /** The binary, absolute. */
  readonly file: string
  /** An unpacked bundle, absolute, whose copies of the binary are compared with it. */
  readonly inside?: string | undefined
  /** Known from the build: spares reading the whole file again. */
  readonly sha256?: string
  readonly host: Host
  /** Clauses to judge; all that the contract enables where it is left out. See selectClauses. */
  readonly clauses?: readonly ClauseId[]
  /** The target triple to judge it for, where that is not this machine's: by its file alone then, and nothing is launched. */
  readonly target?: string | undefined
  /** Warnings and stale waivers fail the gate, too. */
  readonly strict?: boolean
  /** Multiplies every time that the sidecar is given: for a machine that is this many times as slow. */
  readonly timeScale?: number
  readonly callerEnvironment?: NodeJS.ProcessEnv
  readonly callerDirectory?: string
  /** Who said which file it is; whoever calls, where nothing is said. */
  readonly chosenBy?: ChosenBy
  /** The contract's file holds others beside it: told, so that a report can say which one to judge again. */
  readonly oneOfSeveral?: boolean
  /** What was done for this gate before it, a build: its time counts. */
  readonly phasesBefore?: readonly Phase[]
  /**
   * Keeps the bytes of both streams of each life, for whoever writes the recording: up to 4 MiB a life, of which a gate
   * has sixty. Every line is in the recording all the same, as judges and reports see it.
   */
  readonly keepsRaw?: boolean
  /** Aborting kills what lives, and ends in a verdict of what could be judged. */
  readonly signal?: AbortSignal
  /** Watches the first life as it is lived. */
  readonly witness?: Witness
  /** Told what the file is, before anything is launched. */
  onFile?(artifact: ArtifactDescription): void
  /** Whether the verdict by the lives that came first is enough; it never is, where this is left out. */
  isEnough?(soFar: Verdict): boolean
  /** What is being done; and of how many scenarios how many are over, where one of them is it. */
  onProgress?(message: string, progress?: ScenarioCount): void
}

export interface GateResult {
  readonly verdict: Verdict
  readonly recording: GateRecording & { readonly facts: GateFacts }
}

/**
 * The gate: contract × binary → verdict. Records the lives that the clauses need, each scenario once, and
 * judges them all. Throws ArtifactPathError for a file that is not there, ArtifactChangedError for one that is another
 * by the end, and NoClauseError; a broken sidecar throws nothing.
 */
export async function runGate(options: GateOptions): Promise<GateResult> {
  const { file, signal, strict = false, timeScale = 1, keepsRaw = false, onProgress = () => {} } = options
  const contract = scaleTimes(options.resolved.contract, timeScale)
  const clauses = options.clauses ?? enabledClauses(contract)
  // A gate that judges nothing would pass everything.
  if (clauses.length === 0) throw new NoClauseError()
  const { target } = options
  if (target !== undefined) requireClausesOfFile(clauses, target)
  const places = availableParallelism()
  const startedAtMs = performance.now()
  const { phasesBefore = [], chosenBy = 'caller', oneOfSeveral = false } = options
  const beganAtMs = startedAtMs - phasesBefore.reduce((sum, { ms }) => sum + ms, 0)
  const before = await stateOf(file)
  const artifact = await describeArtifact(file, {
    verify: true,
    ...(options.sha256 === undefined ? {} : { sha256: options.sha256 }),
  })
  const { inside } = options
  if (inside !== undefined) onProgress(`looking into ${inside} …`)
  const bundle = inside === undefined ? null : await describeBundle(inside, artifact, signal)
  // To be compared with one another they are read as a whole: only where somebody asks.
  const targets = clauses.some(id => groupOf(id) === 'artifact') ? await describeTargets(contract) : []
  const readAtMs = performance.now()
  options.onFile?.(artifact)
  const planned = planGate(contract, clauses)
  const plan = target === undefined ? planned : { ...planned, ...NO_LIVES }
  const where = describeHost(options.host, places)
  const { healthSchema, setup } = options.resolved
  const grammar = compileGrammar(contract.announce)
  const subject: Subject = { file, contract, healthSchema, setup, grammar }
  const judgeBy = (recorded: Recorded) => {
    const collected = collect(plan, { artifact, bundle, targets }, where, contract, recorded)
    const evidence: Evidence =
      target === undefined ? collected : { ...collected, plan: { ...collected.plan, target } }
    const now = performance.now()
    const facts: GateFacts = {
      startedAt: new Date(performance.timeOrigin + beganAtMs),
      durationMs: now - beganAtMs,
      phases: [
        ...phasesBefore,
        { name: 'read the file', ms: readAtMs - startedAtMs },
        { name: 'lives', ms: now - readAtMs },
      ],
      concurrency: places,
      interrupted: signal?.aborted ?? false,
      strict,
      timeScale,
      chosenBy,
      oneOfSeveral,
    }
    return { verdict: reachVerdict(evidence, facts), evidence, facts }
  }
  const { isEnough } = options
  const isLaunchable = target === undefined && obstacleInFile({ artifact, host: where, contract }) === null
  let recorded = NOTHING_RECORDED
  try {
    if (isLaunchable) {
      recorded = await recordLives({
        ...{ ...options, plan, subject, places, keepsRaw, onProgress },
        isEnough: soFar => isEnough?.(judgeBy(soFar).verdict) ?? false,
      })
    }
  } finally {
    // Also where a scenario failed: it may have missed the file.
    if (isLaunchable) await requireUnchanged(artifact, before)
  }
  const { verdict, evidence, facts } = judgeBy(recorded)
  return { verdict, recording: { evidence, facts, raw: rawStreams(recorded.lives) } }
}

const NO_LIVES = { baseline: null, pair: null, rest: [], alone: [] } as const

/** A gate in which nothing can be judged would pass everything. */
function requireClausesOfFile(clauses: readonly ClauseId[], target: string): void {
  const isOfFile = ({ id, scenarios }: Clause) => scenarios.length === 0 && clauses.includes(id)
  if (CLAUSES.some(isOfFile)) return
  throw new NoClauseError(
    `No clause that was selected can be judged for ${target} on this machine: all of them take a launch.`,
  )
}

interface FilesRead {
  readonly artifact: ArtifactDescription
  readonly bundle: BundleDescription | null
  readonly targets: readonly TargetFile[]
}

function collect(
  plan: GatePlan,
  { artifact, bundle, targets }: FilesRead,
  host: HostDescription,
  contract: Evidence['contract'],
  { lives, conditions, unperformed }: Recorded,
): Evidence {
  const scenarios = plannedScenarios(plan)
  const order = new Map(scenarios.map(({ id }, index) => [id, index]))
  // What is in no plan measured the machine, for a scenario that came last.
  const place = ({ recording }: RecordedLife) => order.get(recording.scenario) ?? scenarios.length
  return {
    contract: withoutSecrets(contract),
    artifact,
    ...(targets.length === 0 ? {} : { targets }),
    ...(bundle === null ? {} : { bundle }),
    host,
    plan: {
      clauses: plan.clauses.map(({ id }) => id),
      scenarios: scenarios.map(({ id, readiness, ordinary }) => {
        return { id, readiness, ordinary, ...unperformed.get(id) }
      }),
      conditions,
    },
    // Lives end in any order; reports and judges want the plan's.
    lives: [...lives].sort((a, b) => place(a) - place(b)).map(({ recording }) => recording),
  }
}
