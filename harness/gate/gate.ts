import { arch, availableParallelism, platform } from 'node:os'
import { describeArtifact } from '../artifact/describe.ts'
import type { ArtifactDescription } from '../artifact/description.ts'
import { obstacleInFile } from '../clauses/judge.ts'
import { SIGNAL_CLAUSES } from '../clauses/stop.ts'
import { compileGrammar } from '../contract/announcement.ts'
import { CLAUSE_IDS, type ClauseId } from '../contract/catalogue.ts'
import type { StopSignal } from '../contract/contract.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import type { Host } from '../host/host.ts'
import type { Subject } from '../life/life.ts'
import { openSession } from '../life/session.ts'
import type { GateRecording } from '../recording/archive.ts'
import type { Evidence, HostDescription } from '../recording/evidence.ts'
import { ignoredSignals, isReady } from '../recording/query.ts'
import { BASELINE, type Conditions } from '../recording/recording.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { type Performance, perform } from './perform.ts'
import { type GatePlan, planGate, plannedScenarios } from './plan.ts'
import { runSideBySide } from './schedule.ts'
import { type Phase, reachVerdict, type Verdict } from './verdict.ts'

export interface GateOptions {
  readonly resolved: ResolvedContract
  /** The binary, absolute. */
  readonly file: string
  /** Known from the build: spares reading the whole file again. */
  readonly sha256?: string
  readonly host: Host
  /** Clauses to judge; all of them where it is left out. */
  readonly clauses?: readonly ClauseId[]
  readonly callerEnvironment?: NodeJS.ProcessEnv
  /** What was done for this gate before it: a build. */
  readonly phasesBefore?: readonly Phase[]
  /** On performance.now(): when the work began, where that was before this call. */
  readonly beganAtMs?: number
  /** Aborting kills what lives, and ends in a verdict of what could be judged. */
  readonly signal?: AbortSignal
  onProgress?(message: string): void
}

export interface GateResult {
  readonly verdict: Verdict
  readonly recording: GateRecording
}

/** Kind conditions: if the sidecar comes up under these and not under the baseline, the difference is its fault. */
const CALLER: Conditions = { environment: 'caller' }

/**
 * The gate: contract × binary → verdict. Records the lives that the clauses need, each scenario once, and
 * judges them all. Throws ArtifactPathError for a file that is not there; a broken sidecar throws nothing.
 */
export async function runGate(options: GateOptions): Promise<GateResult> {
  const { resolved, file, signal, onProgress = () => {} } = options
  const { contract } = resolved
  const places = availableParallelism()
  const startedAtMs = performance.now()
  const beganAtMs = options.beganAtMs ?? startedAtMs
  const artifact = await describeArtifact(
    file,
    options.sha256 === undefined ? {} : { sha256: options.sha256 },
  )
  const readAtMs = performance.now()
  const plan = planGate(contract, options.clauses ?? CLAUSE_IDS)
  const where = describeHost(places)
  const subject: Subject = { file, ...resolved, grammar: compileGrammar(contract.announce) }
  const performed =
    obstacleInFile(artifact, where) === null
      ? await performAll({ ...options, plan, subject, places, onProgress })
      : { performances: [], conditions: BASELINE, blocked: new Map() }
  const evidence = collect(plan, artifact, where, contract, performed)
  const lives = performed.performances.flatMap(({ lives }) => lives)
  const now = performance.now()
  return {
    verdict: reachVerdict(evidence, {
      startedAt: new Date(performance.timeOrigin + beganAtMs),
      durationMs: now - beganAtMs,
      phases: [
        ...(options.phasesBefore ?? []),
        { name: 'read the file', ms: readAtMs - startedAtMs },
        { name: 'lives', ms: now - readAtMs },
      ],
      concurrency: places,
      interrupted: signal?.aborted ?? false,
    }),
    recording: {
      evidence,
      raw: new Map(lives.map(life => [life.id, { stdout: life.raw('stdout'), stderr: life.raw('stderr') }])),
    },
  }
}

interface Performed {
  readonly performances: readonly Performance[]
  readonly conditions: Conditions
  /** Scenarios that were not worth performing, and the clause whose failure made them so. */
  readonly blocked: ReadonlyMap<string, ClauseId>
}

interface Undertaking extends GateOptions {
  readonly plan: GatePlan
  readonly subject: Subject
  readonly places: number
  onProgress(message: string): void
}

async function performAll(undertaking: Undertaking): Promise<Performed> {
  const { plan, subject, host, signal, callerEnvironment, places, onProgress } = undertaking
  const { baseline, pair, rest } = plan
  if (baseline === null) return { performances: [], conditions: BASELINE, blocked: new Map() }
  const session = await openSession({
    host,
    ...(callerEnvironment === undefined ? {} : { callerEnvironment }),
  })
  const interrupt = () => {
    for (const life of session.lives) life.kill('the gate was interrupted')
  }
  signal?.addEventListener('abort', interrupt)
  const stopped = () => signal?.aborted ?? false
  const performances: Performance[] = []
  const blocked = new Map<string, ClauseId>()
  const unheeded = new Set<StopSignal>()
  let conditions = BASELINE
  const play = async (scenario: Scenario): Promise<Performance> => {
    onProgress(scenario.what)
    const performance = await perform(session, subject, scenario, conditions, signal => !unheeded.has(signal))
    for (const life of performance.lives) {
      for (const ignored of ignoredSignals(life.toRecording())) unheeded.add(ignored)
    }
    // What was cut short by the interruption proves nothing against the sidecar.
    if (!stopped()) performances.push(performance)
    return performance
  }
  const playUnlessPointless = async (scenario: Scenario): Promise<void> => {
    if (scenario.stopsBy !== undefined && unheeded.has(scenario.stopsBy)) {
      blocked.set(scenario.id, SIGNAL_CLAUSES[scenario.stopsBy])
    } else {
      await play(scenario)
    }
  }
  try {
    let first = await play(baseline)
    if (!cameUp(first) && !stopped()) {
      conditions = CALLER
      first = await play(baseline)
      if (!cameUp(first)) conditions = BASELINE
    }
    if (cameUp(first) && !stopped()) {
      const together = pair === null || cameUp(await play(pair))
      // A sidecar that cannot run twice is judged one life at a time, or each would be blamed for the other.
      const tasks = rest.flatMap(scenario => {
        const obstacle = !together && scenario.instances > 1 ? 'port/dynamic-by-default' : null
        if (obstacle !== null) blocked.set(scenario.id, obstacle)
        return obstacle === null
          ? [{ width: scenario.instances, run: () => playUnlessPointless(scenario) }]
          : []
      })
      await runSideBySide(tasks, together ? places : 1, stopped)
    }
  } finally {
    signal?.removeEventListener('abort', interrupt)
    await session.close()
  }
  return { performances, conditions, blocked }
}

function cameUp({ lives }: Performance): boolean {
  return lives.length > 0 && lives.every(life => isReady(life.toRecording()))
}

function collect(
  plan: GatePlan,
  artifact: ArtifactDescription,
  host: HostDescription,
  contract: Evidence['contract'],
  { performances, conditions, blocked }: Performed,
): Evidence {
  const scenarios = plannedScenarios(plan)
  const order = new Map(scenarios.map(({ id }, index) => [id, index]))
  const sorted = [...performances].sort(
    (a, b) => (order.get(a.scenario.id) ?? 0) - (order.get(b.scenario.id) ?? 0),
  )
  return {
    contract,
    artifact,
    host,
    plan: {
      clauses: plan.clauses.map(({ id }) => id),
      scenarios: scenarios.map(({ id, readiness }) => {
        const blockedBy = blocked.get(id)
        return { id, readiness, ...(blockedBy === undefined ? {} : { blockedBy }) }
      }),
      conditions,
    },
    lives: sorted.flatMap(({ lives }) => lives.map(life => life.toRecording())),
  }
}

const OS_NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macos', win32: 'windows' }

function describeHost(cpus: number): HostDescription {
  return { os: OS_NAMES[platform()] ?? platform(), arch: arch(), node: process.version, cpus }
}
